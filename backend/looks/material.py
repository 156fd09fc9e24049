"""The pictures that a look is to be learnt from: which there have to be."""

from backend.looks.errors import BadLook
from backend.media.image_jobs import check_kept
from backend.media.service import MediaService
from contract.looks import LearntFrom, LookWanted
from contract.media import ImageType

LEAST_PICTURES = 2
"""One to learn from, and one to hold out."""
MOST_BYTES = 4 * 2**30
"""They lie on the worker's disk in the clear while the look is learnt."""
READ = (ImageType.JPEG, ImageType.PNG, ImageType.WEBP, ImageType.TIFF)


def check_material(media: MediaService, wanted: LookWanted, household_id: int) -> None:
    """Raise BadLook, UnknownImage or WrongImageState unless a look can be learnt of them."""
    _check_numbers(wanted)
    named = wanted.before + wanted.after
    images = {it: media.find(it, household_id) for it in dict.fromkeys(named)}
    for image in images.values():
        check_kept(image)
        if image.content_type not in READ:
            raise BadLook(f"the picture {image.id} is {image.content_type}, expected {expected()}")
    if sum(images[it].bytes for it in named) > MOST_BYTES:  # each time it is named, it is copied
        raise BadLook(f"expected pictures of at most {MOST_BYTES // 2**30} GiB together")


def expected() -> str:
    """The types that are read."""
    return ", ".join(READ[:-1]) + f" or {READ[-1]}"


def _check_numbers(wanted: LookWanted) -> None:
    before, after = len(wanted.before), len(wanted.after)
    match wanted.learnt_from:
        case LearntFrom.PAIRS:
            if before != after:
                raise BadLook(f"expected as many pictures after as before: {after} and {before}")
            if len(set(zip(wanted.before, wanted.after, strict=True))) < LEAST_PICTURES:
                raise BadLook(f"expected {LEAST_PICTURES} pairs or more that differ, got {before}")
        case LearntFrom.STYLE:
            if not (before and after):
                raise BadLook("expected pictures of the style as after, and others as before")
        case LearntFrom.NIGHT:
            if len(set(wanted.before)) < LEAST_PICTURES or after:
                raise BadLook(f"expected {LEAST_PICTURES} bright pictures or more as before alone")
