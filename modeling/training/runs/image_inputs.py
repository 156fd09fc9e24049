"""What the weights of an image model follow from, and the snapshots of a run that was stopped."""

import hashlib
import shutil
from dataclasses import fields
from pathlib import Path
from typing import Self

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict

from modeling.training.images.pictures import Pictures
from modeling.training.images.settings import ImageSettings
from modeling.training.runs.code_digest import digest_code
from modeling.training.runs.snapshots import Snapshots


class ImageInputs(BaseModel):
    """All that a fit follows from; snapshots of other inputs are never used.

    `pictures` and `code` are digests: of the examples, and of what turns them into weights.
    """

    model_config = ConfigDict(frozen=True)

    task: str
    settings: ImageSettings
    pictures: str
    code: str
    torch: str

    @classmethod
    def of(cls, task: str, settings: ImageSettings, examples: Pictures) -> Self:
        """The inputs of a run that starts now, with this code."""
        return cls(
            task=task,
            settings=settings,
            pictures=digest_pictures(examples),
            code=digest_code("modeling.training.commands.train_image"),
            torch=torch.__version__,
        )

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits that change with any of it."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def snapshots(self, root: Path, *, fresh: bool) -> Snapshots:
        """Those of an earlier run with these inputs, or none yet; `fresh` discards them."""
        folder = root / self.key
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        return Snapshots(folder)


def digest_pictures(pictures: Pictures) -> str:
    """A digest of the pictures and of all that is known of them."""
    digest = hashlib.sha256()
    for field in fields(pictures):
        digest.update(np.ascontiguousarray(getattr(pictures, field.name)).tobytes())
    return digest.hexdigest()
