"""kill -9 of a worker at random moments: `uv run python -m benchmarks.job_kills`.

Jobs that count epochs wait in the queue of one worker, which is killed again and again, a part of
the times together with the processes of its jobs, and started again. Afterwards every job must be
completed, no two processes of one job may have run at once, and a kill may have cost a job the
epoch that was running, and no more. About two seconds a kill.
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from contract.jobs import ENDS, Job, JobState
from testkit.households import HOME
from testkit.workers import Workplace, courses, overlapping

EPOCHS, EPOCH_SEC = 20, 0.2
JOBS_AT_A_TIME = 4
WAIT_SEC = 120.0
AT_WORK = 0.75
"""Share of the kills that find the worker at work, the others while it starts."""
PROCESSES_TOO = 0.25
"""Share of the kills that take the processes of the jobs as well, as a full memory may."""


def main(
    kills: Annotated[int, typer.Option(help="How often the worker is killed.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the moments.")] = 1,
) -> None:
    """Kill, start again, and say what was lost or done twice."""
    rng = random.Random(seed)  # noqa: S311 (when to kill)
    with tempfile.TemporaryDirectory(prefix="dolbom-job-kills-") as folder:
        place = Workplace(Path(folder) / "data")
        try:
            began = time.monotonic()
            jobs = _killed(place, rng, kills)
            faults = _faults(place, jobs)
            _tell(place, jobs, kills, time.monotonic() - began)
        finally:
            place.close()
    for fault in faults:
        typer.echo(fault)
    if faults:
        sys.exit("short of what is promised")


def _killed(place: Workplace, rng: random.Random, kills: int) -> list[Job]:
    """All jobs that were asked for; there are always some to be done."""
    jobs: list[Job] = []
    for _ in track(range(kills), description="kills", disable=not sys.stderr.isatty()):
        open_now = [job for job in jobs if place.jobs.find(job.id, HOME).state not in ENDS]
        wanted = JOBS_AT_A_TIME - len(open_now)
        jobs += [place.ask(epochs=EPOCHS, epoch_sec=EPOCH_SEC) for _ in range(wanted)]
        _start(place, wait=rng.random() < AT_WORK)
        time.sleep(rng.uniform(0.0, 2.0))
        place.stop(signal.SIGKILL)
        if rng.random() < PROCESSES_TOO:
            _kill_processes(place)
    place.start()
    _settle(place, jobs)
    return jobs


def _start(place: Workplace, *, wait: bool) -> None:
    before = len(place.diary())
    place.start()
    if wait:
        _wait(lambda: len(place.diary()) > before)


def _kill_processes(place: Workplace) -> None:
    """Those of the jobs that may still run: they are known by the diary."""
    for course in courses(place.diary()).values():
        try:
            os.kill(course.pids[-1], signal.SIGKILL)
        except ProcessLookupError:
            continue


def _settle(place: Workplace, jobs: list[Job]) -> None:
    _wait(lambda: all(place.jobs.find(job.id, HOME).state in ENDS for job in jobs))


def _wait(condition: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + WAIT_SEC
    while time.monotonic() < give_up_at and not condition():
        time.sleep(0.05)


def _faults(place: Workplace, jobs: list[Job]) -> list[str]:
    ends = {job.id: place.jobs.find(job.id, HOME) for job in jobs}
    faults = [
        f"{it.id} is {it.state}: {it.failure}"
        for it in ends.values()
        if it.state is not JobState.COMPLETED
    ]
    diary = place.diary()
    faults += [f"{job} ran twice at once" for job in overlapping(diary)]
    for job, course in courses(diary).items():
        if set(course.counted) != set(range(1, EPOCHS + 1)):
            faults.append(f"{job} left out epochs")
        if course.lost > len(course.pids) - 1:
            faults.append(f"{job} lost {course.lost} epochs in {len(course.pids)} tries")
    return faults


def _tell(place: Workplace, jobs: list[Job], kills: int, took_sec: float) -> None:
    found = courses(place.diary())
    tries = sum(len(it.pids) for it in found.values())
    lost = sum(it.lost for it in found.values())
    completed = sum(place.jobs.find(job.id, HOME).state is JobState.COMPLETED for job in jobs)
    typer.echo(
        f"{kills} kills in {took_sec:.0f} s: {completed} of {len(jobs)} jobs completed, "
        f"in {tries} processes, {len(overlapping(place.diary()))} with two at once, "
        f"{lost} epochs of {EPOCHS * len(jobs)} counted again"
    )


if __name__ == "__main__":
    typer.run(main)
