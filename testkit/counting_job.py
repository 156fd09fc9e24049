"""A job's process that counts epochs, and fails in the ways that its specification names.

It writes into `tries.jsonl` of the folder above its own when it begins, ends and counts, so that a
test can see whether two ran at once, and what was lost.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from contract.jobs import Job, JobKind
from modeling.perception.carried.talk import Talk

DIARY = "tries.jsonl"
SECRET_NAME = "API_KEY"  # noqa: S105


class Counting(BaseModel):
    """How many epochs of how many seconds; `fails` is how many tries fail after an epoch."""

    model_config = ConfigDict(extra="forbid")

    epochs: int = 3
    epoch_sec: float = 0.05
    fails: int = 0
    refuses: bool = False
    hangs: bool = False
    chatters: bool = False
    memory_mb: int = 0
    """A process that it starts takes so much, and keeps it."""


class CountingCarrier:
    """Carries out jobs of `kind` by counting; `needs` is what has to be installed."""

    def __init__(self, kind: JobKind = JobKind.TRAINING, needs: tuple[str, ...] = ()) -> None:
        self.kind, self.modules = kind, needs

    def command(self, job: Job, folder: Path) -> list[str]:
        """The process that counts."""
        return [sys.executable, "-m", "testkit.counting_job", json.dumps(job.spec), str(folder)]

    def params(self, job: Job) -> dict[str, Any]:
        """All that was asked."""
        return job.spec

    def keep(self, job: Job, folder: Path, result: dict[str, Any]) -> dict[str, Any]:
        """As it is, with how often it was kept."""
        with (folder.parent / f"{job.id}.kept").open("a") as file:
            file.write("kept\n")
        return result


def main() -> None:
    """Count."""
    spec, folder = Counting.model_validate_json(sys.argv[1]), Path(sys.argv[2])
    talk = Talk.begin()
    _note(folder, "begin")
    if spec.refuses:
        talk.refused("expected something to count")
        return
    if spec.hangs:
        _ignore_everything()
    if spec.chatters:
        _chatter()
    if spec.memory_mb:
        _fill(spec.memory_mb)
    _count(spec, folder, talk)
    _note(folder, "end")
    talk.finished({"counted": spec.epochs, "saw_secret": SECRET_NAME in os.environ})


def _count(spec: Counting, folder: Path, talk: Talk) -> None:
    so_far, tries = folder / "epoch", folder / "tries"
    _write(tries, _read(tries) + 1)
    for epoch in range(_read(so_far) + 1, spec.epochs + 1):
        time.sleep(spec.epoch_sec)
        _note(folder, "epoch", epoch)  # first: what a kill takes is then counted again
        _write(so_far, epoch)
        talk.measured("all", "loss", epoch, 1 / epoch)
        talk.progress("counting", epoch, spec.epochs)
        talk.said(f"epoch {epoch}")
        if _read(tries) <= spec.fails:
            sys.exit("nothing is left to count with")


def _fill(memory_mb: int) -> None:
    code = f"import sys; kept = b'x' * ({memory_mb} << 20); sys.stdin.read()"
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 (our own code)


def _ignore_everything() -> None:
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(1)


def _chatter() -> None:
    """What libraries do: print to both outputs, too much of it, and no text at all."""
    print("not a message", "x" * 100_000, flush=True)  # noqa: T201
    sys.stderr.buffer.write(b"\xff\xfe\x00 no text\n")
    for number in range(5000):
        print(f"line {number}", file=sys.stderr)  # noqa: T201


def _note(folder: Path, what: str, epoch: int | None = None) -> None:
    line = {"job": folder.name, "pid": os.getpid(), "what": what, "epoch": epoch, "at": time.time()}
    with (folder.parent / DIARY).open("a") as file:
        file.write(json.dumps(line) + "\n")


def _read(path: Path) -> int:
    return int(path.read_text()) if path.exists() else 0


def _write(path: Path, number: int) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(str(number))
    partial.replace(path)


if __name__ == "__main__":
    main()
