"""What the process of one picture says of it, and leaves of it."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from PIL import Image, ImageCms

from backend.media.errors import BadImage, MediaUnavailable
from backend.media.inspection import Found, inspect
from contract.media import ImageType
from testkit.telling_pictures import LATITUDE, LONGITUDE, SECRETS, TAKEN_AT, corner, telling


@dataclass(frozen=True)
class Seen:
    """What was found, and the files that were written."""

    found: Found
    original: bytes
    thumbnail: bytes


def seen(content: bytes, content_type: ImageType, *, keeps_place: bool = False) -> Seen:
    with TemporaryFile() as source, TemporaryFile() as original, TemporaryFile() as thumbnail:
        source.write(content)
        source.flush()
        found = inspect(source, original, thumbnail, content_type, keeps_place=keeps_place)
        original.seek(0)
        thumbnail.seek(0)
        return Seen(found, original.read(), thumbnail.read())


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("content_type", ImageType)
def test_place_and_device_are_gone_and_the_time_is_known(content_type: ImageType) -> None:
    content = telling(content_type)
    assert all(secret in content for secret in SECRETS[:2])
    it = seen(content, content_type)
    for secret in SECRETS:
        assert secret not in it.original
        assert secret not in it.thumbnail
    with Image.open(BytesIO(it.original)) as image:
        assert dict(image.getexif().get_ifd(0x8825)) == {}
    assert (it.found.latitude, it.found.longitude) == (None, None)
    assert it.found.taken_at == TAKEN_AT


@pytest.mark.parametrize("content_type", ImageType)
def test_thumbnail_is_upright_and_small(content_type: ImageType) -> None:
    it = seen(telling(content_type, turn=6), content_type)
    with Image.open(BytesIO(it.thumbnail)) as small:
        assert (small.format, max(small.size)) == ("WEBP", 400)
        # A HEIC says how it lies by its properties, which is how it was written here.
        assert small.height > small.width
    assert (it.found.width, it.found.height) == (480, 640)
    assert corner(BytesIO(it.thumbnail)) == "top right"


@pytest.mark.parametrize(
    "content_type", [ImageType.JPEG, ImageType.PNG, ImageType.WEBP, ImageType.HEIC]
)
def test_pixels_of_the_original_are_the_same(content_type: ImageType) -> None:
    content = telling(content_type)
    rewritten = BytesIO(seen(content, content_type).original)
    with Image.open(BytesIO(content)) as before, Image.open(rewritten) as after:
        assert before.tobytes() == after.tobytes()
        assert before.getexif().get(0x0112, 1) == after.getexif().get(0x0112, 1)


def test_place_is_kept_where_it_was_asked_for() -> None:
    it = seen(telling(ImageType.JPEG), ImageType.JPEG, keeps_place=True)
    assert it.original == b""  # what was brought stays
    assert it.found.latitude == pytest.approx(LATITUDE, abs=1e-4)
    assert it.found.longitude == pytest.approx(LONGITUDE, abs=1e-4)
    assert all(secret not in it.thumbnail for secret in SECRETS)


def test_colours_of_another_space_become_srgb() -> None:
    # A profile whose red is the green of sRGB cannot be made by Pillow; of LAB it can.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    it = seen(encoded(Image.new("RGB", (64, 48), "red"), "PNG", icc_profile=profile), ImageType.PNG)
    assert it.found.colour_profile == "sRGB built-in"
    with Image.open(BytesIO(it.thumbnail)) as small:
        assert "icc_profile" not in small.info


@pytest.mark.parametrize(
    ("mode", "kind", "content_type", "colour", "expected"),
    [
        ("I;16", "PNG", ImageType.PNG, 40_000, 155),
        ("I;16", "TIFF", ImageType.TIFF, 40_000, 155),
        ("CMYK", "JPEG", ImageType.JPEG, (0, 0, 0, 100), 155),
        ("CMYK", "TIFF", ImageType.TIFF, (0, 0, 0, 100), 155),
        ("P", "PNG", ImageType.PNG, 155, 155),
        ("1", "PNG", ImageType.PNG, 1, 255),
        ("1", "TIFF", ImageType.TIFF, 1, 255),
        ("L", "JPEG", ImageType.JPEG, 155, 155),
        ("LA", "PNG", ImageType.PNG, (155, 255), 155),
        ("RGBA", "WEBP", ImageType.WEBP, (155, 155, 155, 255), 155),
    ],
)
def test_every_kind_of_colours_is_shown(
    mode: str, kind: str, content_type: ImageType, colour: object, expected: int
) -> None:
    image = Image.new(mode, (64, 48), colour)  # type: ignore[arg-type]
    if mode == "P":
        image.putpalette([value for grey in range(256) for value in (grey, grey, grey)])
    it = seen(encoded(image, kind), content_type)
    with Image.open(BytesIO(it.thumbnail)) as small:
        assert small.convert("L").getpixel((32, 24)) == pytest.approx(expected, abs=3)


def test_what_follows_the_first_picture_is_cut_off() -> None:
    content = telling(ImageType.JPEG) + b"<html>a polyglot</html>"
    assert b"polyglot" not in seen(content, ImageType.JPEG).original


def after_start(content: bytes, marker: int, said: bytes, times: int = 1) -> bytes:
    """The JPEG with a segment of `marker` before all others."""
    segment = bytes([0xFF, marker]) + (len(said) + 2).to_bytes(2, "big") + said
    return content[:2] + times * segment + content[2:]


@pytest.mark.parametrize("name", [b"JFXX\0", b"CIFF\0"])
def test_what_cameras_put_beside_the_jfif_is_gone(name: bytes) -> None:
    content = after_start(telling(ImageType.JPEG), 0xE0, name + b"the maker's secret")
    assert b"secret" not in seen(content, ImageType.JPEG).original


@pytest.mark.parametrize(
    ("content", "content_type", "reason"),
    [
        (after_start(telling(ImageType.JPEG), 0xE1, b"Exif\0\0", 40), ImageType.JPEG, "EXIF"),
        (b"MZ" * 100, ImageType.JPEG, "its first bytes are of none of them"),
        (telling(ImageType.PNG), ImageType.JPEG, "its first bytes are of image/png"),
        (telling(ImageType.JPEG)[:-2000], ImageType.JPEG, "truncated"),
        (telling(ImageType.PNG)[:-200], ImageType.PNG, "truncated"),
        (telling(ImageType.HEIC)[:-500], ImageType.HEIC, "damaged"),
        (telling(ImageType.TIFF)[:-60_000], ImageType.TIFF, "damaged"),
        (b"II*\0" + b"\xff" * 60, ImageType.TIFF, "damaged"),
    ],
)
def test_what_is_no_such_picture_is_refused(
    content: bytes, content_type: ImageType, reason: str
) -> None:
    with pytest.raises(BadImage, match=reason):
        seen(content, content_type)


@pytest.mark.parametrize(
    ("kind", "content_type"), [("PNG", ImageType.PNG), ("WEBP", ImageType.WEBP)]
)
def test_an_animated_picture_is_refused(kind: str, content_type: ImageType) -> None:
    first, second = (Image.new("RGB", (64, 48), colour) for colour in ("red", "blue"))
    content = encoded(first, kind, save_all=True, append_images=[second])
    with pytest.raises(BadImage, match="animated, expected a still one"):
        seen(content, content_type)


def test_a_bomb_is_refused_by_its_sides() -> None:
    bomb = encoded(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb) < 200_000
    with pytest.raises(BadImage, match=r"expected at most \d+ pixels|damaged"):
        seen(bomb, ImageType.PNG)


def test_a_disk_without_room_is_not_the_picture_s_fault() -> None:
    full = Path("/dev/full")
    with full.open("r+b", 0) as disk, TemporaryFile() as source, TemporaryFile() as original:
        source.write(telling(ImageType.JPEG))
        source.flush()
        with pytest.raises(MediaUnavailable, match="no room"):
            inspect(source, original, disk, ImageType.JPEG, keeps_place=False)
