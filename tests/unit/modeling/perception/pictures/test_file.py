"""What a picture is once it was opened, and what of it is written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from contract.media import ImageType
from modeling.perception.pictures.file import (
    PictureError,
    open_picture,
    read_metadata,
    save_picture,
)

EXIF = Image.Exif()
EXIF[0x0112] = 6
EXIF.get_ifd(0x8769)[0x9003] = "2026:11:29 12:00:00"
EXIF.get_ifd(0x8825)[1] = "N"
Kept = Callable[..., Path]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    def keep(image: Image.Image, name: str, **options: Any) -> Path:
        path = tmp_path / name
        image.save(path, **options)
        return path

    return keep


def halves(size: tuple[int, int] = (64, 32), mode: str = "RGB") -> Image.Image:
    """Red on the left, green on the right."""
    image = Image.new("RGB", size, "red")
    image.paste((0, 128, 0), (size[0] // 2, 0, *size))
    return image.convert(mode)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tiff"])
def test_it_lies_as_it_is_to_be_looked_at(kept: Kept, name: str) -> None:
    path = kept(halves(), name, exif=EXIF)
    image = open_picture(path)
    assert (image.mode, image.size) == ("RGB", (32, 64))
    red, green = (image.getpixel((16, y)) for y in (5, 60))
    assert isinstance(red, tuple)
    assert isinstance(green, tuple)
    assert red[0] > 230
    assert green[0] < 20
    assert open_picture(path, halvings=1).size == (16, 32)
    said = read_metadata(path)
    assert (said.width, said.height, said.mode, said.colour_profile) == (32, 64, "RGB", None)
    assert said.taken == (None if name == "a.tiff" else "2026:11:29 12:00:00")


def test_file_of_a_telephone_is_read(tmp_path: Path) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    path = tmp_path / "a.heic"
    pillow_heif.from_pillow(halves()).save(path)
    assert open_picture(path).size == (64, 32)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "LA", "1"])
def test_it_is_in_rgb_whatever_it_was_in(kept: Kept, mode: str) -> None:
    path = kept(halves(mode=mode), "a.tiff")
    assert open_picture(path).mode == "RGB"


def test_sixteen_bits_become_eight_and_what_is_clear_becomes_white(kept: Kept) -> None:
    grey = Image.fromarray(np.full((8, 8), 32_768, dtype=np.uint16))
    assert open_picture(kept(grey, "deep.png")).getpixel((4, 4)) == (128, 128, 128)
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    assert open_picture(kept(clear, "clear.png")).getpixel((4, 4)) == (255, 255, 255)


def test_colours_of_a_profile_become_those_of_srgb(kept: Kept) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = kept(halves(), "a.png", icc_profile=lab)
    assert "sRGB" in (read_metadata(path).colour_profile or "")
    with Image.open(save_picture(open_picture(path), path.parent, "made")[0]) as made:
        assert "icc_profile" not in made.info
    broken = kept(halves(), "b.png", icc_profile=b"no profile")
    assert open_picture(broken).size == (64, 32)
    assert read_metadata(broken).colour_profile is None


def test_nothing_but_pixels_is_written(kept: Kept, tmp_path: Path) -> None:
    image = open_picture(kept(halves(), "a.jpg", exif=EXIF, comment=b"of the hall"))
    path, content_type = save_picture(image, tmp_path, "made")
    assert (path.name, content_type) == ("made.webp", ImageType.WEBP)
    with Image.open(path) as written:
        assert (written.format, written.size) == ("WEBP", (32, 64))
        assert not dict(written.getexif())
    assert b"2026:11" not in path.read_bytes()


def test_what_is_too_long_for_webp_becomes_a_jpeg(tmp_path: Path) -> None:
    path, content_type = save_picture(Image.new("RGB", (16_400, 2)), tmp_path, "made")
    assert (path.name, content_type) == ("made.jpg", ImageType.JPEG)
    with Image.open(path) as written:
        assert written.format == "JPEG"


def test_what_is_no_picture_is_said(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("no picture")
    cut = kept(halves((640, 480)), "b.png")
    cut.write_bytes(cut.read_bytes()[:200])
    for path in (tmp_path / "a.jpg", cut):
        with pytest.raises(PictureError, match="cannot be read"):
            open_picture(path)
