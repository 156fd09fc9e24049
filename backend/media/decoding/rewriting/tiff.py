"""TIFF: its first picture from its pixels, since its tags are bound up with them.

No pixel of 8 bits, nor of 16 bits of grey, changes; colours of 16 bits become 8.
"""

from typing import IO

from PIL import TiffImagePlugin

from backend.media.decoding.formats import opened

COMPRESSION = "tiff_lzw"


def rewrite(source: IO[bytes], out: IO[bytes], _exif: bytes) -> None:
    """Write it, upright; raises Refused and what Pillow raises of a picture that is damaged."""
    image = opened(source, "image/tiff")
    image.load()
    # Else Pillow copies some of them, such as XMP.
    image.tag_v2 = TiffImagePlugin.ImageFileDirectory_v2()  # type: ignore[attr-defined]
    image.tag = TiffImagePlugin.ImageFileDirectory_v1()  # type: ignore[attr-defined]
    profile = image.info.get("icc_profile")
    compression = "group4" if image.mode == "1" else COMPRESSION
    image.save(out, "TIFF", compression=compression, icc_profile=profile, tiffinfo={})
