"""Pictures that say where they were taken, when, and by which device; generated."""

from io import BytesIO
from typing import IO, Any

import pillow_heif
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from backend.media.decoding.formats import FORMATS
from contract.media import ImageType

MAKE, MODEL, SERIAL = "Dolbomcam", "Hallway 3000", "SN-4711-0815"
LATITUDE, LONGITUDE = 37.5665, 126.978
TAKEN_AT = 1_795_939_200.0
"""2026-11-29 17:00 in Seoul."""
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{MODEL} {SERIAL}</x:xmpmeta>".encode()
SECRETS = (MAKE.encode(), MODEL.encode(), SERIAL.encode())

pillow_heif.register_heif_opener()


def telling(content_type: ImageType, size: tuple[int, int] = (640, 480), turn: int = 6) -> bytes:
    """Its left upper quarter is red, the rest blue; `turn` is the orientation of its EXIF."""
    image = Image.new("RGB", size, (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1] // 2))
    out = BytesIO()
    options: dict[str, Any] = {"exif": exif_of(turn)}
    if content_type is ImageType.PNG:
        text = PngInfo()
        text.add_text("Author", SERIAL)
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options["pnginfo"] = text
    elif content_type is ImageType.JPEG:
        options |= {"xmp": XMP, "comment": SERIAL.encode(), "quality": 95}
    elif content_type in (ImageType.WEBP, ImageType.HEIC):
        options |= {"xmp": XMP, "quality": 90}
    image.save(out, FORMATS[content_type], **options)
    return out.getvalue()


def exif_of(turn: int = 1) -> bytes:
    """An EXIF block with all of it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110] = turn, MAKE, MODEL
    exif.get_ifd(0x8769).update(
        {36_867: "2026:11:29 17:00:00", 36_881: "+09:00", 42_033: SERIAL, 0x927C: SERIAL.encode()}
    )
    place = {1: "N", 2: (37.0, 33.0, 59.4), 3: "E", 4: (126.0, 58.0, 40.8)}
    exif.get_ifd(0x8825).update(place)
    return exif.tobytes()


def corner(picture: IO[bytes] | BytesIO) -> str:
    """In which corner the red is, as it is stored: such as "top left"."""
    with Image.open(picture) as image:
        rgb = image.convert("RGB")
    for name, place in {
        "top left": (0.2, 0.2),
        "top right": (0.8, 0.2),
        "bottom left": (0.2, 0.8),
        "bottom right": (0.8, 0.8),
    }.items():
        red, _, blue = _at(rgb, place)
        if red > blue:
            return name
    raise AssertionError("no corner is red")


def _at(image: Image.Image, place: tuple[float, float]) -> tuple[int, int, int]:
    found = image.getpixel((round(place[0] * image.width), round(place[1] * image.height)))
    if not isinstance(found, tuple):
        raise TypeError("expected three colours")
    return int(found[0]), int(found[1]), int(found[2])
