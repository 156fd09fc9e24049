"""Carries out a work on one picture: without torch, and within the memory that it may have.

`python -m modeling.perception.carried.image FOLDER SPEC MEMORY_MB`: the picture lies in FOLDER as
`original.SUFFIX`, a look in FOLDER/look; what is made of them comes into FOLDER.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PIL.Image import Image, Resampling, fromarray

from common.picture_numbers import THUMBNAIL_SIDE
from contract.image_jobs import ImageMade
from contract.media import ImageSpec, ImageWork
from modeling.perception.carried.memory import bound_memory, halving, is_out_of_memory
from modeling.perception.carried.talk import Talk
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.frames.image import Image as Pixels
from modeling.perception.looks.look import Look
from modeling.perception.pictures.file import (
    PictureError,
    open_picture,
    read_metadata,
    save_picture,
)
from modeling.perception.pictures.heads import heads_of, without_heads
from modeling.perception.pictures.people import PeopleFinder, sketches_of
from modeling.perception.pictures.skeletons import skeletons_only

STEPS = 2
LONGEST = {ImageWork.THUMBNAIL: 2 * THUMBNAIL_SIDE}
"""Pixels of the longer side that a work needs; the others take all that there are."""
NOBODY = "no person found: expected a picture that shows somebody"
TOO_LARGE = "the picture takes more memory than JOB_MEMORY_MB, at a quarter of its sides too"

Made = tuple[Image, str | None]
"""A picture, and what whoever looks at it has to know."""
Change = Callable[[Image], Made]


class NobodyFoundError(Exception):
    """There is nobody to hide or to keep, as far as the networks see."""


def main() -> None:
    """Carry out what the command line says."""
    folder, spec = Path(sys.argv[1]), ImageSpec.model_validate_json(sys.argv[2])
    talk = Talk.begin()
    bound_memory(int(sys.argv[3]))
    carry_out(talk, folder, spec)


def carry_out(talk: Talk, folder: Path, spec: ImageSpec) -> None:
    """Do the work, and tell the worker of it; raises what another try may not meet again."""
    (original,) = folder.glob("original.*")
    talk.progress(f"{spec.work}: reading the picture", 0, STEPS)
    try:
        result = (
            read_metadata(original)
            if spec.work is ImageWork.METADATA
            else make(talk, original, folder, spec)
        )
    except (PictureError, NobodyFoundError, CheckpointError) as error:
        talk.refused(str(error))
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        talk.refused(TOO_LARGE)
    else:
        talk.finished(result.model_dump(mode="json"))


def make(talk: Talk, original: Path, folder: Path, spec: ImageSpec) -> ImageMade:
    """The picture that the work makes of another; raises PictureError and NobodyFoundError."""

    change = WORKS[spec.work](folder)

    def made(halvings: int) -> ImageMade:
        image = open_picture(original, halvings, LONGEST.get(spec.work))
        talk.progress(spec.work, 1, STEPS)
        changed, remark = change(image)
        path, content_type = save_picture(changed, folder, "made")
        width, height = changed.size
        return ImageMade(
            file=path.name, content_type=content_type, width=width, height=height, remark=remark
        )

    found, halvings = halving(made)
    if not halvings:
        return found
    smaller = f"made at 1/{2**halvings} of its sides for want of memory (JOB_MEMORY_MB)"
    remark = f"{smaller}; {found.remark}" if found.remark else smaller
    return found.model_copy(update={"remark": remark})


def thumbnail(_folder: Path) -> Change:
    """At most 400 pixels a side."""

    def change(image: Image) -> Made:
        image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Resampling.LANCZOS)
        return image, None

    return change


def blur_faces(_folder: Path) -> Change:
    """The heads of everybody who is found unrecognizable; it raises NobodyFoundError."""
    finder = PeopleFinder()

    def change(image: Image) -> Made:
        heads = heads_of(finder.everybody(_in_bgr(image)))
        if not heads:
            raise NobodyFoundError(NOBODY)
        return without_heads(image, heads), "look at it before you pass it on: a face may be missed"

    return change


def keep_skeleton(_folder: Path) -> Change:
    """Nothing but the skeletons of the people; it raises NobodyFoundError."""
    finder = PeopleFinder()

    def change(image: Image) -> Made:
        sketches = sketches_of(finder.everybody(_in_bgr(image)))
        if not sketches:
            raise NobodyFoundError(NOBODY)
        return skeletons_only(image, sketches), None

    return change


def apply_look(folder: Path) -> Change:
    """The colours of the look in the folder; raises CheckpointError."""
    look = Look.load(folder / "look")

    def change(image: Image) -> Made:
        return fromarray(look.apply(np.asarray(image, dtype=np.uint8))), None

    return change


WORKS: Mapping[ImageWork, Callable[[Path], Change]] = {
    ImageWork.THUMBNAIL: thumbnail,
    ImageWork.BLUR_FACES: blur_faces,
    ImageWork.KEEP_SKELETON: keep_skeleton,
    ImageWork.APPLY_LOOK: apply_look,
}
"""What is loaded for each, before a picture takes the memory, and changes pictures then."""


def _in_bgr(image: Image) -> Pixels:
    return np.asarray(image, dtype=np.uint8)[..., ::-1]


if __name__ == "__main__":
    main()
