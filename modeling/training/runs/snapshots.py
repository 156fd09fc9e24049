"""What a stopped run needs to go on: a snapshot of each fit, in a folder of the run's own."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Self

import torch
from pydantic import ValidationError

from modeling.training.runs.inputs import Inputs

INPUTS_NAME = "inputs.json"


class SnapshotError(Exception):
    """A snapshot cannot be read; the message says how to start without it."""


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
            raise SnapshotError(
                f"{self.path} is damaged: start from the beginning with --fresh"
            ) from error
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
        shutil.rmtree(self.folder)


def start_line(root: Path, inputs: Inputs, *, fresh: bool) -> str:
    """In one line: whether a run goes on with what is below `root`, or not, and why."""
    folder = root / inputs.key
    if fresh:
        return "starts from the beginning, as --fresh says"
    if folder.is_dir():
        return f"goes on where it was stopped, with the snapshots in {folder}"
    stopped = _newest_inputs(root)
    if stopped is None:
        return f"starts from the beginning: no stopped run is kept in {root}"
    differences = ", ".join(inputs.differences(stopped)).replace("_", " ")
    return f"starts from the beginning: changed since the last run that was stopped: {differences}"


def _newest_inputs(root: Path) -> Inputs | None:
    paths = sorted(root.glob(f"*/{INPUTS_NAME}"), key=lambda path: path.stat().st_mtime)
    for path in reversed(paths):
        try:
            return Inputs.model_validate_json(path.read_bytes())
        except ValidationError:
            continue  # of an older version
    return None
