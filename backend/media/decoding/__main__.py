"""`python -m backend.media.decoding SOURCE ORIGINAL THUMBNAIL TYPE PLACE`: looks at one picture.

The first three are numbers of open files: what was brought, and where to write it without its place
and device (nothing where PLACE is `keep`), and its thumbnail. It prints one JSON object: what is
known of the picture, or `refusal`; where it is damaged it ends with whatever error Pillow raises.
"""

import errno
import json
import os
import sys
from typing import IO

import pillow_heif

from backend.media.decoding.bounds import hold
from backend.media.decoding.formats import check_signature, opened
from backend.media.decoding.refused import NO_ROOM, Refused
from backend.media.decoding.rewriting import heic, jpeg, png, tiff, webp
from backend.media.decoding.tags import Tags, is_clean, kept_exif, tags_of
from backend.media.decoding.thumbnails import write_thumbnail
from common.colour_profile import profile_name

REWRITERS = {
    "image/jpeg": jpeg.rewrite,
    "image/png": png.rewrite,
    "image/webp": webp.rewrite,
    "image/heic": heic.rewrite,
    "image/tiff": tiff.rewrite,
}
KEEP = "keep"


def look(
    source: IO[bytes], original: IO[bytes], thumbnail: IO[bytes], content_type: str, place: str
) -> dict[str, object]:
    """What is known of the picture; raises Refused, MemoryError and whatever Pillow raises."""
    check_signature(source, content_type)
    image = opened(source, content_type)
    tags, profile = tags_of(image), profile_name(image.info.get("icc_profile"))
    del image
    keeps_place = place == KEEP
    if not keeps_place:
        _rewrite(source, original, content_type, tags)
    shown = source if keeps_place else original
    width, height = write_thumbnail(shown, content_type, thumbnail)
    return {
        "width": width,
        "height": height,
        "colour_profile": profile,
        "taken_at": tags.taken_at,
        "latitude": tags.latitude if keeps_place else None,
        "longitude": tags.longitude if keeps_place else None,
    }


def _rewrite(source: IO[bytes], out: IO[bytes], content_type: str, tags: Tags) -> None:
    REWRITERS[content_type](source, out, kept_exif(tags))
    out.flush()
    if not is_clean(opened(out, content_type)):
        raise Refused("its place and device cannot be taken out of it: expected another format")


def main() -> None:
    """Say what the picture is, or why it is refused."""
    numbers, (content_type, place) = sys.argv[1:4], sys.argv[4:6]
    source, original, thumbnail = (os.fdopen(int(it), "r+b") for it in numbers)
    pillow_heif.register_heif_opener(decode_threads=0, thumbnails=False)
    hold()
    try:
        found = look(source, original, thumbnail, content_type, place)
        thumbnail.flush()
    except Refused as refused:
        found = {"refusal": str(refused)}
    except MemoryError:
        found = {"refusal": "it takes more than 60 MB of memory to read"}
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        sys.exit(NO_ROOM)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
