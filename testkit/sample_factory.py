"""A record that a detector can learn from, and a worker that learns at once: for the pages."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.escalation.answer import Verdict
from backend.poses.store import ReplayStore
from backend.storage.database import open_database
from testkit.processes import Part, start
from testkit.recorded_falls import RecordedFalls

DAY_SEC = 86_400.0
KEPT_DAYS = 90
PLAIN_WORDS = {
    "en": "train the fall detector with From the record, 3 epochs, from production",
    "ko": "현재 모델에서 이어서 에폭 3으로 낙상 감지기를 학습해 줘",
}
"""What fills in the whole form."""


def record_falls(data_dir: Path, now: float | None = None) -> None:
    """Let a fall and two alarms have happened in the last days, and somebody have judged them.

    Both alarms show the recorded fall; one of them was judged to be none.
    """
    now = now or time.time()
    data_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(None, data_dir)
    record = RecordedFalls(database, ReplayStore(data_dir / "poses", KEPT_DAYS), data_dir)
    record.add(now - DAY_SEC, Verdict.FALL)
    record.add(now - 2 * DAY_SEC, Verdict.FALSE_ALARM)
    record.add(now - 3 * DAY_SEC, None, falls=False)
    database.is_durable()
    database.close()


@contextmanager
def quick_worker(folder: Path) -> Iterator[Part]:
    """`run-worker` on the data of the server in `folder`, whose trainings only count."""
    part = start(
        "python",
        "-m",
        "testkit.quick_worker",
        folder=folder,
        environment={"DATA_DIR": str(folder / "data")},
    )
    try:
        yield part
    finally:
        part.stop()
