"""Builds the image of a container, where something can: the job of the kind `container`."""

import sys
import zipfile
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from backend.storage.blobs import Blobs
from contract.jobs import Job, JobKind


class ContainerSpec(BaseModel):
    """Which `builder` builds the zip `context`, by its digest, and what the image is called."""

    builder: str
    context: str
    tag: str


class ContainerCarrier:
    """See Carrier. The image stays with the builder, under its tag."""

    kind = JobKind.CONTAINER
    modules: tuple[str, ...] = ()

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def command(self, job: Job, folder: Path) -> list[str]:
        """Unpack the context, and build it; raises BlobUnavailable."""
        spec = ContainerSpec.model_validate(job.spec)
        context = folder / "context"
        with zipfile.ZipFile(self._blobs.path(spec.context)) as archive:
            archive.extractall(context)  # it is our own
        module = "modeling.training.carried.container"
        return [sys.executable, "-m", module, spec.builder, spec.tag, str(context)]

    def params(self, _job: Job) -> None:
        """No tracker hears of it."""

    def keep(self, _job: Job, _folder: Path, result: dict[str, Any]) -> dict[str, Any]:
        """Nothing of it lies here."""
        return result
