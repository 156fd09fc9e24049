"""`python -m testkit.tracked_job NAME JOB_ID FOLDER WAIT_SEC [END]`: tells one tracker of a job.

It runs where the tracker's package is installed, and prints what the caller wants to know as JSON.
Without END the process is gone before the job is over, as after a kill.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from backend.tracking.trackers import KINDS, Trackers
from contract.jobs import Job, JobKind, JobState, MetricAt

TITLE = "Falls of grandmother in the bedroom"
PARAMS = {"epochs": 3, "loss": {"name": "focal", "gamma": 2.0}}
FIGURES = [
    MetricAt(fit=fit, name="loss", epoch=epoch, value=1 / (1 + epoch))
    for fit in ("fold-1", "all")
    for epoch in range(3)
]
SLOW_SEC = 2.0


def job_of(job_id: str) -> Job:
    """A training, as a worker has it."""
    nothing = dict.fromkeys(("worker", "cancel_asked_at", "done", "total", "doing", "failure"))
    times = dict.fromkeys(("created_by", "not_before", "heartbeat_at", "ended_at", "result"))
    return Job(
        id=job_id,
        household_id=1,
        kind=JobKind.TRAINING,
        queue="usual",
        title=TITLE,
        spec={},
        state=JobState.RUNNING,
        attempts=1,
        claim=1,
        created_at=0.0,
        started_at=0.0,
        time_limit_sec=60.0,
        **nothing,
        **times,
    )


def tell(trackers: Trackers, job_id: str, card: Path, end: str | None) -> float:
    """Tell them of a job; how many seconds the slowest word took."""
    told: list[Callable[[], None]] = [lambda: trackers.start(job_of(job_id), PARAMS)]
    told += [partial(trackers.metric, job_id, figure) for figure in FIGURES]
    told += [lambda: trackers.artifact(job_id, card)]
    if end is not None:
        told += [lambda: trackers.end(job_id, end)]
    return max(_seconds(word) for word in told)


def _seconds(word: Callable[[], None]) -> float:
    began = time.monotonic()
    word()
    return time.monotonic() - began


def main() -> None:
    """Tell, wait until it was heard or the time is over, and print."""
    name, job_id, folder, wait_sec, *end = sys.argv[1:]
    card = Path(folder) / "card.md"
    card.write_text("# A detector", encoding="utf-8")
    kind = partial(KINDS[name], Path(folder) / "tracking")
    trackers = Trackers({name: kind}, {}, slow_sec=SLOW_SEC)
    slowest = tell(trackers, job_id, card, end[0] if end else None)
    trackers.close(float(wait_sec))
    json.dump({"slowest": slowest, "missing": trackers.missing()}, sys.stdout)


if __name__ == "__main__":
    main()
