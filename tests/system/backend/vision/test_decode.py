"""Pictures of strangers: each is shown as it was meant, or refused with what is wrong with it."""

import io
import struct
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from backend.vision.decode import MAX_BYTES, MAX_PIXELS, decode
from backend.vision.errors import BrokenImage, ImageTooLarge, UnsupportedImage
from backend.vision.jpeg import MAX_SCANS
from modeling.perception.images.posture import POSTURE

pytestmark = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")

SMALL = (320, 240)
KINDS = ["JPEG", "PNG", "WEBP"]
MIB = 2**20
ORIENTATION = 0x0112


def photo(size: tuple[int, int] = (1280, 960)) -> Image.Image:
    """Shapes, edges and gradients."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    for step in range(12):
        corner = step * size[0] // 12
        draw.ellipse((corner, corner // 2, corner + 150, corner // 2 + 90), fill=(20 * step, 90, 9))
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    encoded = io.BytesIO()
    image.save(encoded, kind, **options)
    return encoded.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    checked = name + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def black_png(width: int, height: int) -> bytes:
    """As small as a PNG of that size can be."""
    packer = zlib.compressobj(9)
    rows = b"\0" * (1 + width // 8)
    data = b"".join(packer.compress(rows) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "mode", "value"),
    [
        *(("JPEG", mode, 153) for mode in ("RGB", "L", "CMYK")),
        *(("PNG", mode, 153) for mode in ("RGB", "L", "P", "RGBA", "LA")),
        *(("WEBP", mode, 153) for mode in ("RGB", "RGBA")),
        ("PNG", "1", 255),
    ],
)
def test_every_kind_of_pixel_becomes_rgb(kind: str, mode: str, value: int) -> None:
    found = decode(saved(Image.new("RGB", (64, 48), (value,) * 3).convert(mode), kind), SMALL)
    assert (found.shape, found.dtype) == ((48, 64, 3), np.uint8)
    assert abs(found.astype(int) - value).max() <= 2


@pytest.mark.parametrize("value", [0, 100, 255])
def test_grey_of_16_bits_keeps_its_upper_8(value: int) -> None:
    found = decode(saved(Image.new("I;16", (64, 48), value * 257), "PNG"), SMALL)
    assert (found == value).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_is_turned_as_its_exif_says(orientation: int) -> None:
    upright = Image.new("RGB", (1000, 600), "black")
    upright.paste("red", (0, 0, 500, 300))
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(turns[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    found = decode(saved(stored, "JPEG", exif=exif), SMALL)
    height, width, _ = found.shape
    assert width / height == pytest.approx(1000 / 600, abs=0.01)
    red = found[..., 0] > 128
    assert red[: height // 2 - 8, : width // 2 - 8].all()
    assert not red[height // 2 + 8 :].any()
    assert not red[:, width // 2 + 8 :].any()


def test_jpeg_that_is_shrunk_while_it_is_decoded_shows_the_same() -> None:
    data = saved(photo((3840, 2160)), "JPEG", quality=90)
    shrunk = decode(data, SMALL)
    assert shrunk.shape == (270, 480, 3)
    whole = decode(data, (3840, 2160))
    assert whole.shape == (2160, 3840, 3)
    prepared = [POSTURE.prepare(image, None).astype(int) for image in (shrunk, whole)]
    difference = abs(prepared[0] - prepared[1])
    assert difference.mean() < 1
    assert np.quantile(difference, 0.999) < 16


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xd8", id="less than a signature"),
        pytest.param(b"RIFF\0\0\0\0WAVEfmt ", id="a sound"),
        pytest.param(saved(photo(), "GIF"), id="GIF"),
        pytest.param(saved(photo(), "BMP"), id="BMP"),
        pytest.param(saved(photo(), "TIFF"), id="TIFF"),
        pytest.param(saved(photo(), "PPM"), id="PPM"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="SVG"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n", id="EPS"),
        pytest.param(b" " + saved(photo(), "PNG"), id="not from the first byte"),
    ],
)
def test_other_formats_are_refused_by_their_first_bytes(data: bytes) -> None:
    with pytest.raises(UnsupportedImage, match="expected a JPEG, PNG or WebP"):
        decode(data, SMALL)


@pytest.mark.parametrize("kind", KINDS)
def test_truncated_picture_is_refused_at_every_cut(kind: str) -> None:
    data = saved(photo((160, 120)), kind)
    for cut in [*range(12, 200, 7), *range(200, len(data) - 20, 97)]:
        with pytest.raises(BrokenImage, match=f"the {kind} picture is (truncated|damaged)"):
            decode(data[:cut], SMALL)
    with pytest.raises(BrokenImage, match="truncated"):
        decode(data[: len(data) // 2], SMALL)


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_picture_is_shown_or_refused_and_nothing_else(kind: str) -> None:
    data = bytearray(saved(photo((160, 120)), kind))
    random = np.random.default_rng(5)
    refused = 0
    for _ in range(300):
        broken = bytearray(data)
        for place in random.integers(12, len(data), 3):
            broken[place] = random.integers(256)
        try:
            assert decode(bytes(broken), SMALL).shape[2] == 3
        except (BrokenImage, ImageTooLarge, UnsupportedImage):
            refused += 1
    assert refused > 10


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animation_is_refused(kind: str) -> None:
    frames = [photo((64, 48)), Image.new("RGB", (64, 48), "red")]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=40)
    with pytest.raises(UnsupportedImage, match=f"the {kind} picture is animated"):
        decode(data, SMALL)


def test_first_picture_of_a_phones_two_is_shown() -> None:
    second = Image.new("RGB", (32, 24), "red")
    data = saved(Image.new("RGB", (64, 48), "blue"), "MPO", save_all=True, append_images=[second])
    found = decode(data, SMALL)
    assert found.shape == (48, 64, 3)
    assert found[..., 2].min() > 200


def test_jpeg_of_endless_scans_is_refused_before_they_are_decoded() -> None:
    data = saved(photo((640, 480)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    scan = data[last:-2]
    assert decode(data, SMALL).shape == (240, 320, 3)
    with pytest.raises(UnsupportedImage, match=f"at most {MAX_SCANS} scans"):
        decode(data[:-2] + scan * 100 + data[-2:], SMALL)


def test_too_many_bytes_are_refused_whatever_they_are() -> None:
    with pytest.raises(ImageTooLarge, match=f"at most {MAX_BYTES} bytes, got {MAX_BYTES + 1}"):
        decode(b"." * (MAX_BYTES + 1), SMALL)


def webp(width: int, height: int) -> bytes:
    """The header of a lossless one."""
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + bits.to_bytes(4, "little") + bytes(100)
    frame = b"VP8L" + len(body).to_bytes(4, "little") + body + b"\0"
    return b"RIFF" + (len(frame) + 4).to_bytes(4, "little") + b"WEBP" + frame


def jpeg(width: int, height: int) -> bytes:
    """One of 8 x 8 pixels that says that it is larger."""
    data = saved(Image.new("L", (8, 8)), "JPEG")
    place = data.index(b"\xff\xc0") + 5
    return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]


BOMBS: dict[str, Callable[[], bytes]] = {
    "PNG of 10,000 x 10,000": lambda: black_png(10_000, 10_000),
    "PNG of 4,000 x 3,000": lambda: black_png(4_000, 3_000),
    "PNG of a line": lambda: black_png(MAX_PIXELS + 1, 1),
    "WebP of 16,000 x 16,000": lambda: webp(16_000, 16_000),
    "WebP of 4,000 x 3,000": lambda: webp(4_000, 3_000),
    "JPEG of 65,000 x 65,000": lambda: jpeg(65_000, 65_000),
    "JPEG of 4,000 x 3,000": lambda: jpeg(4_000, 3_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_too_many_pixels_are_refused_without_allocating_them(name: str) -> None:
    data = BOMBS[name]()
    assert len(data) < 25_000
    tracemalloc.start()
    try:
        with pytest.raises(ImageTooLarge, match=f"at most {MAX_PIXELS} pixels"):
            decode(data, SMALL)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MIB


def test_text_that_unpacks_to_much_is_refused() -> None:
    data = saved(Image.new("L", (8, 8)), "PNG")
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"." * 50 * MIB, 9))
    with pytest.raises(BrokenImage):
        decode(data[:33] + text + data[33:], SMALL)


def test_process_does_not_grow_by_what_the_headers_promise(
    repository: Path, tmp_path: Path
) -> None:
    for number, make in enumerate(BOMBS.values()):
        (tmp_path / str(number)).write_bytes(make())
    program = """
import resource, sys
from pathlib import Path
from backend.vision.errors import ImageTooLarge
from backend.vision.decode import decode

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

pictures = [path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir())]
before = peak()
for data in pictures * 20:
    try:
        decode(data, (320, 240))
    except ImageTooLarge:
        pass
print(peak() - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 8 * MIB
    assert done.stderr == ""
