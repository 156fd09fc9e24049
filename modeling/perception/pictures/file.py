"""A picture from a file and into one: upright, in sRGB, and without what else a file says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from common.colour_profile import in_srgb, profile_name
from common.picture_numbers import DETAILS, ORIENTATION, TAKEN
from contract.image_jobs import ImageMetadata
from contract.media import ImageType
from contract.names import visible

WEBP_SIDE = 16_383
"""The longest that WebP has; what is longer becomes a JPEG."""
QUALITY = {"WEBP": 85, "JPEG": 90}
TURNED = {5, 6, 7, 8}
MOST_TEXT = 200


class PictureError(Exception):
    """The file is no picture that can be worked on; the message is one plain line."""


def open_picture(path: Path, halvings: int = 0, longest: int | None = None) -> Image.Image:
    """The picture in RGB, with sides so many times halved, and no longer than `longest`.

    Raises PictureError and MemoryError.
    """
    with _reading(path) as file:
        side = max(1, max(file.size) >> halvings)
        side = min(side, longest or side)
        file.draft("RGB", (side, side))  # a JPEG is then never decoded whole
        ImageOps.exif_transpose(file, in_place=True)
        if max(file.size) > side:
            file.thumbnail((side, side), Image.Resampling.BOX)
        return in_srgb(file, file.info.get("icc_profile")) or _flat(file)


def read_metadata(path: Path) -> ImageMetadata:
    """What the picture says of itself; nothing is decoded. Raises PictureError."""
    with _reading(path) as file:
        exif = file.getexif()
        # Pillow gives the sides of a TIFF as it is to be looked at.
        is_turned = file.format != "TIFF" and exif.get(ORIENTATION, 1) in TURNED
        width, height = reversed(file.size) if is_turned else file.size
        return ImageMetadata(
            width=width,
            height=height,
            mode=file.mode,
            colour_profile=profile_name(file.info.get("icc_profile")),
            taken=_text(exif.get_ifd(DETAILS).get(TAKEN)),
        )


def save_picture(image: Image.Image, folder: Path, name: str) -> tuple[Path, ImageType]:
    """Write it, in RGB, as WebP, or as JPEG where it is too long for that: only its pixels."""
    kind = ImageType.WEBP if max(image.size) <= WEBP_SIDE else ImageType.JPEG
    form, suffix = ("WEBP", "webp") if kind is ImageType.WEBP else ("JPEG", "jpg")
    path = folder / f"{name}.{suffix}"
    image.info.clear()  # what a copy of it would be written with
    image.save(path, form, quality=QUALITY[form])
    return path, kind


@contextmanager
def _reading(path: Path) -> Iterator[Image.Image]:
    """The opened file; raises PictureError for what is wrong with it."""
    if path.suffix == ".heic":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    try:
        with Image.open(path) as file:
            yield file
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise PictureError(f"the picture cannot be read: {error}") from error


def _text(value: object) -> str | None:
    """As it can be shown; a file may say anything."""
    return (visible(str(value))[:MOST_TEXT].strip() or None) if value is not None else None


def _flat(image: Image.Image) -> Image.Image:
    """In RGB, on white where it is transparent, 16 bits as their upper 8."""
    if image.mode == "RGB" and not image.has_transparency_data:
        return image
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        over = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), over).convert("RGB")
    return image.convert("RGB")
