"""What carries out works on one picture: its original to a process, what is made to the results."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.media.service import MediaService
from contract.image_jobs import ImageMade, ImageMetadata
from contract.jobs import Job, JobKind
from contract.media import SUFFIXES, ImageSpec, ImageWork

CHILD = "modeling.perception.carried.image"
LOOK = "look"
"""In the work folder, as the process expects it."""

PutLook = Callable[[str, int, Path], None]
"""Puts the look of this id and household into a folder."""


class ImageCarrier:
    """The Carrier of works on pictures. Its process may have `memory_mb`."""

    kind = JobKind.IMAGE
    modules: tuple[str, ...] = ("onnxruntime", "PIL")

    def __init__(self, media: MediaService, put_look: PutLook, memory_mb: int) -> None:
        self._media, self._put_look, self._memory_mb = media, put_look, memory_mb

    def command(self, job: Job, folder: Path) -> list[str]:
        """With the original in `folder`, and the look where one is applied.

        Raises UnknownImage, MediaUnavailable and what `put_look` does.
        """
        spec = ImageSpec.model_validate(job.spec)
        image = self._media.find(spec.image_id, job.household_id)
        self._media.put_into(image, folder / f"original.{SUFFIXES[image.content_type]}")
        if spec.look_id is not None:
            self._put_look(spec.look_id, job.household_id, folder / LOOK)
        asked = str(folder), spec.model_dump_json(), str(self._memory_mb)
        return [sys.executable, "-m", CHILD, *asked]

    def params(self, _job: Job) -> None:
        """No tracker hears of it."""

    def keep(self, job: Job, folder: Path, result: dict[str, Any]) -> dict[str, Any]:
        """Keep what was made; the ImageResult, or the ImageMetadata, which is kept with the job."""
        spec = ImageSpec.model_validate(job.spec)
        if spec.work is ImageWork.METADATA:
            return ImageMetadata.model_validate(result).model_dump(mode="json")
        made = ImageMade.model_validate(result)
        image = self._media.find(spec.image_id, job.household_id)
        kept = self._media.keep_result(
            image,
            f"{_stem(spec)}.{SUFFIXES[made.content_type]}",
            folder / made.file,
            made.content_type,
            job.id,
            made.remark,
        )
        return kept.model_dump(mode="json")


def _stem(spec: ImageSpec) -> str:
    return f"look-{spec.look_id}" if spec.look_id is not None else spec.work.value
