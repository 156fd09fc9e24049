"""What carries out the learning of looks, and their export as `.cube` files."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backend.looks.schemas import CubeSpec
from backend.looks.service import LookService
from backend.media.service import MediaService
from contract.jobs import Job, JobKind
from contract.looks import LookFigures, LookWanted
from contract.media import Image
from contract.names import file_name

LEARNING = "modeling.training.carried.look"
EXPORT = "modeling.perception.carried.cube"
LOOK, CUBE = "look", "look.cube"
"""In the work folder, as the processes expect and leave them."""


class LookCarrier:
    """The Carrier of learning."""

    kind = JobKind.LOOK
    modules: tuple[str, ...] = ("torch", "scipy")

    def __init__(self, looks: LookService, media: MediaService) -> None:
        self._looks, self._media = looks, media

    def command(self, job: Job, folder: Path) -> list[str]:
        """With the pictures in `folder`, those of a pair by one name; raises UnknownImage."""
        wanted = LookWanted.model_validate(job.spec)
        before, after = (
            [self._media.find(image_id, job.household_id) for image_id in side]
            for side in (wanted.before, wanted.after)
        )
        self._put(before, _names(before), folder / "before")
        is_paired = len(before) == len(after)
        self._put(after, _names(before if is_paired else after), folder / "after")
        return [sys.executable, "-m", LEARNING, str(folder), wanted.model_dump_json()]

    def params(self, _job: Job) -> None:
        """No tracker hears of it."""

    def keep(self, job: Job, folder: Path, result: dict[str, Any]) -> dict[str, Any]:
        """Keep the look; its figures."""
        figures = LookFigures.model_validate(result)
        look = self._looks.keep(job, figures, folder / LOOK)
        return {"look_id": look.id, **figures.model_dump(mode="json")}

    def _put(self, images: Sequence[Image], names: Sequence[str], folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)  # of a try that was killed
        folder.mkdir(parents=True)
        for image, name in zip(images, names, strict=True):
            self._media.put_into(image, folder / name)


class CubeCarrier:
    """The Carrier of exports as `.cube` files."""

    kind = JobKind.CUBE
    modules: tuple[str, ...] = ("onnxruntime",)

    def __init__(self, looks: LookService) -> None:
        self._looks = looks

    def command(self, job: Job, folder: Path) -> list[str]:
        """With the look in `folder`; raises UnknownLook, UnfinishedLook and UnknownFile."""
        spec = CubeSpec.model_validate(job.spec)
        self._looks.put_into(spec.look_id, job.household_id, folder / LOOK)
        return [sys.executable, "-m", EXPORT, str(folder), str(spec.size)]

    def params(self, _job: Job) -> None:
        """No tracker hears of it."""

    def keep(self, job: Job, folder: Path, _result: dict[str, Any]) -> dict[str, Any]:
        """Keep the file; how many bytes it has."""
        return {"bytes": self._looks.keep_cube(job, folder / CUBE)}


def _names(images: Sequence[Image]) -> list[str]:
    """GROUP#NUMBER: pictures of one incident are learnt from together, or held out together."""
    groups = [file_name(it.incident_id) if it.incident_id else it.id for it in images]
    return [f"{group}#{number:04}" for number, group in enumerate(groups)]
