"""What a training costs more as a job than as a command: wall time, by turns, on the same clips.

The job is what its worker does: it fetches the data, starts the process, writes what that says into
the factory's database, and keeps the checkpoint. Both sides are whole processes; the command is
called without its dry run, which a job has not.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.progress import track
from sqlalchemy import insert

from backend.jobs.tables import job_metrics
from backend.storage.database import Database, open_factory_database
from benchmarks.harness import Watch, spread, timed
from common.cli import run
from contract.datasets import DatasetKind
from contract.jobs import MESSAGE, Measured, Message
from testkit.carried_training import carrier_of, result_of, training_job
from testkit.training_clips import write_generated

MOST = 1.05
TRACKS = DatasetKind.TRACKS
SETTINGS = {"folds": 3, "takes": 6, "epochs": 4}

# What `train-lstm-model` does after its dry run.
COMMAND = """
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from modeling.training.datasets.clips import learnable, load_dataset
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.detectors.training import DetectorTraining
from modeling.training.run import resume_or_start

data, out, kept = map(Path, sys.argv[1:])
training = DetectorTraining.of(learnable(load_dataset(data)), replace(TrainingSettings(), **%r))
resume_or_start(training, out, kept, print, fresh=False)
"""


def as_command(data: Path, scratch: Path) -> Watch:
    """What a run of the command took."""
    script = [sys.executable, "-c", COMMAND % SETTINGS]
    places = [str(data), str(scratch / "out"), str(scratch / "kept")]
    with timed(cpu_with_children) as watch:
        subprocess.run([*script, *places], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return watch


def as_job(data: Path, scratch: Path) -> Watch:
    """What the same took as a job."""
    folder = scratch / "work"
    folder.mkdir()
    job, carrier = training_job(scratch, "fall-lstm", SETTINGS), carrier_of(scratch, TRACKS, data)
    database = open_factory_database(None, scratch)
    with timed(cpu_with_children) as watch:
        result = _heard(carrier.command(job, folder), database, job.id)
        carrier.keep(job, folder, result)
    return watch


def cpu_with_children() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    return sum(os.times()[:4])


def _heard(command: list[str], database: Database, job_id: str) -> dict[str, Any]:
    pipe, messages = subprocess.PIPE, list[Message]()
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:  # noqa: S603 (our own)
        for line in process.stdout or ():
            messages.append(MESSAGE.validate_json(line))
            if isinstance(messages[-1], Measured):
                values = messages[-1].metric.model_dump() | {"job_id": job_id}
                with database.writing() as db:
                    db.execute(insert(job_metrics).values(values))
    return result_of(messages)


def _measure(
    repeats: Annotated[int, typer.Option(min=1, help="Runs of each side, by turns.")] = 5,
    groups: Annotated[int, typer.Option(min=2, help="Generated falls, and as many others.")] = 60,
) -> None:
    """Print what both sides took and the ratio, median and range."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    commands: list[Watch] = []
    jobs: list[Watch] = []
    with TemporaryDirectory(prefix="dolbom-bench-") as name:
        data = Path(name) / "data"
        write_generated(data, groups)
        for turn in track(range(repeats), "turns"):
            for side, watches in ((as_command, commands), (as_job, jobs))[:: 1 - 2 * (turn % 2)]:
                scratch = Path(name) / f"{turn}-{side.__name__}"
                scratch.mkdir()
                watches.append(side(data, scratch))
    typer.echo(f"{repeats} runs each by turns, {2 * groups} generated clips")
    _tell("wall", [watch.wall_sec for watch in commands], [watch.wall_sec for watch in jobs])
    _tell("CPU", [watch.cpu_sec for watch in commands], [watch.cpu_sec for watch in jobs])


def _tell(what: str, commands: Sequence[float], jobs: Sequence[float]) -> None:
    ratios = [job / command for command, job in zip(commands, jobs, strict=True)]
    typer.echo(f"{what}: command {spread(commands)} s, job {spread(jobs)} s")
    typer.echo(f"  the job takes {spread(ratios)} times as much, at most {MOST} wanted")


def main() -> None:
    """Entry point."""
    run(_measure)


if __name__ == "__main__":
    main()
