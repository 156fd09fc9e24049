"""How soon a job begins behind 10,000 others: `uv run python -m benchmarks.many_jobs`.

The jobs wait in a queue that no worker serves, then one is asked for that a running worker may
have. Timed are the first page of the list, and the way from the question to the running job.
"""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

from backend.jobs import store
from backend.jobs.service import JobWanted, new_job
from backend.jobs.store import Wanted
from contract.jobs import Job, JobKind, JobState
from testkit.households import HOME
from testkit.workers import Workplace


def main(
    jobs: Annotated[int, typer.Option(help="How many wait.")] = 10_000,
    times: Annotated[int, typer.Option(help="How often it is tried.")] = 10,
) -> None:
    """Queue them, and time what somebody waits for."""
    with tempfile.TemporaryDirectory(prefix="dolbom-many-jobs-") as folder:
        place = Workplace(Path(folder) / "data")
        try:
            _queue(place, jobs)
            place.start("--queues", "usual")
            _running(place, place.ask(epochs=1))
            begun = sorted(_running(place, place.ask(epochs=1)) for _ in range(times))
            listed = sorted(_listed(place) for _ in range(times))
        finally:
            place.close()
    for what, found in (("first page of the list", listed), ("asked until it runs", begun)):
        typer.echo(
            f"{what}, {jobs} jobs waiting: median {median(found) * 1000:.0f} ms "
            f"({found[0] * 1000:.0f} to {found[-1] * 1000:.0f}, {times} times)"
        )


def _queue(place: Workplace, jobs: int) -> None:
    """In a queue that nobody serves."""
    with place.database.writing() as db:
        for number in range(jobs):
            wanted = JobWanted(
                JobKind.TRAINING, f"waits {number}", {}, queue="gpu", household_id=HOME
            )
            store.add(db, new_job(wanted, time.time()))


def _listed(place: Workplace) -> float:
    began = time.perf_counter()
    place.jobs.newest(Wanted(HOME), 50)
    return time.perf_counter() - began


def _running(place: Workplace, job: Job) -> float:
    began = time.perf_counter()
    while place.jobs.find(job.id, HOME).state is JobState.QUEUED:
        time.sleep(0.005)
    return time.perf_counter() - began


if __name__ == "__main__":
    typer.run(main)
