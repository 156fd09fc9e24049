"""What a stopped run needs to go on: a snapshot of each fit, in a folder of the run's own."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Self

import torch
from pydantic import BaseModel, ConfigDict, ValidationError

import contract
import modeling
from contract.layout import FEATURE_LAYOUT
from modeling.training.datasets.clips import LabelledClip
from modeling.training.detectors.settings import TrainingSettings

INPUTS_NAME = "inputs.json"


class SnapshotError(Exception):
    """A snapshot cannot be read; the message says how to start without it."""


class Inputs(BaseModel):
    """All that a run's result follows from; snapshots of other inputs are never used.

    `dataset` and `code` are digests: of the labels and poses, and of what turns them into weights.
    """

    model_config = ConfigDict(frozen=True)

    settings: TrainingSettings
    dataset: str
    feature_layout: str
    code: str
    torch: str

    @classmethod
    def of(cls, clips: Sequence[LabelledClip], settings: TrainingSettings) -> Self:
        """The inputs of a run that starts now, with this code."""
        return cls(
            settings=settings,
            dataset=digest_clips(clips),
            feature_layout=FEATURE_LAYOUT,
            code=_digest_code(),
            torch=torch.__version__,
        )

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits that change with any of it."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def differences(self, other: "Inputs") -> list[str]:
        """The names of the parts in which the two differ."""
        return [name for name in Inputs.model_fields if getattr(self, name) != getattr(other, name)]


@dataclass(frozen=True)
class Snapshot:
    """The file that keeps one fit as it was after its last finished epoch."""

    path: Path

    def load(self) -> dict[str, Any] | None:
        """What `save` was given last, None if nothing; raises SnapshotError."""
        if not self.path.is_file():
            return None
        try:
            state: dict[str, Any] = torch.load(self.path, weights_only=True)
        except (UnpicklingError, RuntimeError, EOFError) as error:
            raise SnapshotError(f"{self.path} is damaged: start anew with --fresh") from error
        return state

    def save(self, state: dict[str, Any]) -> None:
        """Replace the file at once, so that there is never half a snapshot."""
        unfinished = self.path.with_suffix(".part")
        with unfinished.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.path)


@dataclass(frozen=True)
class Snapshots:
    """The snapshots of one run, in a folder named by the key of its inputs."""

    folder: Path

    @classmethod
    def open(cls, root: Path, inputs: Inputs, *, fresh: bool = False) -> Self:
        """Those of an earlier run with the same inputs, or none yet; `fresh` discards them."""
        folder = root / inputs.key
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / INPUTS_NAME).write_text(inputs.model_dump_json(indent=1) + "\n", encoding="utf-8")
        return cls(folder)

    def of(self, fit: str) -> Snapshot:
        """The snapshot of the fit with that name."""
        return Snapshot(self.folder / f"{fit}.pt")

    def remove(self) -> None:
        """Delete them; the run is done."""
        shutil.rmtree(self.folder)


def start_line(root: Path, inputs: Inputs, *, fresh: bool) -> str:
    """Whether a run goes on with what is below `root` or starts anew, and why, in one line."""
    folder = root / inputs.key
    if fresh:
        return "starts anew, as --fresh says"
    if folder.is_dir():
        return f"goes on where it was stopped, with the snapshots in {folder}"
    stopped = _newest_inputs(root)
    if stopped is None:
        return f"starts anew: no stopped run is kept in {root}"
    differences = ", ".join(inputs.differences(stopped)).replace("_", " ")
    return f"starts anew: changed since the last run that was stopped: {differences}"


def digest_clips(clips: Sequence[LabelledClip]) -> str:
    """A digest of the labels and poses of all clips."""
    digest = hashlib.sha256()
    for clip in clips:
        digest.update(clip.labels.model_dump_json().encode())
        digest.update(repr(clip.track.aspect).encode())
        track = clip.track
        arrays = (track.frame_indices, track.times, track.rows, track.persons, track.landmarks)
        for array in arrays:
            digest.update(array.tobytes())
    return digest.hexdigest()


def _newest_inputs(root: Path) -> Inputs | None:
    paths = sorted(root.glob(f"*/{INPUTS_NAME}"), key=lambda path: path.stat().st_mtime)
    for path in reversed(paths):
        try:
            return Inputs.model_validate_json(path.read_bytes())
        except ValidationError:
            continue  # of an older version
    return None


def _digest_code() -> str:
    digest = hashlib.sha256()
    for package in (contract, modeling):
        for folder in package.__path__:
            for path in sorted(Path(folder).rglob("*.py")):
                digest.update(path.read_bytes())
    return digest.hexdigest()
