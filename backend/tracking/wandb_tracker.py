"""A job as a run of Weights & Biases, which has the job's id as its own."""

import os
import select
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from backend.tracking.base import PROJECT, Unwanted, flat, run_name
from backend.tracking.wandb_process import HEARD, Run, Word
from contract.jobs import Job, MetricAt

ANSWER_SEC = 60.0
"""A first answer takes the package's import, and the last one an upload."""
QUIET = {"WANDB_ERROR_REPORTING": "false", "WANDB_SILENT": "true"}


class WandbTracker:
    """WANDB_API_KEY lets it in; with WANDB_MODE=offline all stays in the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(os.environ.get("WANDB_DIR") or folder)
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def lacks() -> str | None:
        """The package, or the key."""
        if find_spec("wandb") is None:
            return "not installed: pip install 'dolbom[wandb]'"
        known = _is_offline() or os.environ.get("WANDB_API_KEY")
        return None if known else "WANDB_API_KEY is not set"

    def start(self, job: Job, params: dict[str, Any]) -> None:
        """Begin the run of this id, or go on with it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._wanted = Run(
            id=job.id,
            name=run_name(job),
            project=os.environ.get("WANDB_PROJECT") or PROJECT,
            params=flat(params),
            folder=self._folder,
            is_offline=_is_offline(),
        )
        self._begun()

    def metric(self, metric: MetricAt) -> None:
        """A figure, under the name of its fit."""
        self._tell(Word(metric=metric))

    def artifact(self, path: Path) -> None:
        """A file of the run."""
        if not path.is_file():
            raise Unwanted(f"{path.name} is gone")
        self._tell(Word(artifact=path))

    def end(self, state: str) -> None:
        """Send the rest, and how it ended."""
        self._tell(Word(exit_code=0 if state == "completed" else 1))
        self._stop()

    def _tell(self, word: Word) -> None:
        self._say(self._begun(), word)

    def _begun(self) -> "subprocess.Popen[bytes]":
        """The process that has the run; another one after one that was ended."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "backend.tracking.wandb_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **QUIET},
            )
            self._say(self._process, self._wanted)
        return self._process

    def _say(self, process: "subprocess.Popen[bytes]", line: BaseModel) -> None:
        try:
            answer = _answer(process, line)
        except OSError:
            self._stop()
            raise
        if answer != HEARD:
            self._stop()
            raise ConnectionError(answer or "its process has ended")

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _answer(process: "subprocess.Popen[bytes]", line: BaseModel) -> str:
    """What it answers; raises OSError where it does not."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("expected a process with pipes")
    process.stdin.write(line.model_dump_json().encode() + b"\n")
    process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], ANSWER_SEC)
    if not ready:
        raise TimeoutError(f"no answer within {ANSWER_SEC:.0f} s")
    return process.stdout.readline().decode().strip()


def _is_offline() -> bool:
    return os.environ.get("WANDB_MODE") == "offline"
