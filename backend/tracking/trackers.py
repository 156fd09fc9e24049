"""The trackers of a worker: each hears of a job what the others hear."""

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from backend.tracking.base import Tracker
from backend.tracking.clearml_tracker import ClearmlTracker
from backend.tracking.courier import SLOW_SEC, Courier, Told
from backend.tracking.mlflow_tracker import MlflowTracker
from backend.tracking.wandb_tracker import WandbTracker
from contract.jobs import Job, MetricAt

log = logging.getLogger(__name__)

DATABASE = "database"
"""The tables of jobs, which have it all whatever else is named."""
Known = MlflowTracker | ClearmlTracker | WandbTracker
KINDS: Mapping[str, type[Known]] = {
    "mlflow": MlflowTracker,
    "clearml": ClearmlTracker,
    "wandb": WandbTracker,
}
NAMES = frozenset({DATABASE, *KINDS})
LAST_WORDS_SEC = 5.0


class Trackers:
    """No method blocks or raises, whatever a tracker does; thread-safe."""

    def __init__(
        self,
        kinds: Mapping[str, Callable[[], Tracker]],
        lacking: Mapping[str, str],
        slow_sec: float = SLOW_SEC,
    ) -> None:
        """`kinds` make a run's tracker each, by name; `lacking` says why others cannot work."""
        self._couriers = [Courier(name, kind, slow_sec=slow_sec) for name, kind in kinds.items()]
        self._lacking = dict(lacking)

    def start(self, job: Job, params: dict[str, Any]) -> None:
        """A try of the job begins. The params leave the house: no names of cameras or people."""
        self._tell(Told(job.id, lambda run: run.start(job, params), begins=True))

    def metric(self, job_id: str, metric: MetricAt) -> None:
        """A figure of an epoch."""
        self._tell(Told(job_id, lambda run: run.metric(metric)))

    def artifact(self, job_id: str, path: Path) -> None:
        """A file that came of it; it leaves the house too."""
        self._tell(Told(job_id, lambda run: run.artifact(path)))

    def end(self, job_id: str, state: str) -> None:
        """It is over: completed, failed or cancelled."""
        self._tell(Told(job_id, lambda run: run.end(state), ends=True))

    def missing(self) -> dict[str, str]:
        """The trackers that hear nothing now, and why in one line each."""
        found = {courier.name: courier.missing() for courier in self._couriers}
        return self._lacking | {name: reason for name, reason in found.items() if reason}

    def close(self, within_sec: float = LAST_WORDS_SEC) -> None:
        """Let them hear what is waiting, for `within_sec` each at most."""
        for courier in self._couriers:
            courier.close(within_sec)

    def _tell(self, told: Told) -> None:
        for courier in self._couriers:
            courier.tell(told)


def open_trackers(names: Iterable[str], folder: Path) -> Trackers:
    """Those of OBSERVABILITY_BACKENDS. What they keep for themselves lies in `folder`."""
    kinds = {name: KINDS[name] for name in names if name != DATABASE}
    lacking = {name: reason for name, kind in kinds.items() if (reason := kind.lacks())}
    for name, reason in lacking.items():
        log.warning("tracker %s is missing: %s", name, reason)
    able = {name: partial(kind, folder) for name, kind in kinds.items() if name not in lacking}
    return Trackers(able, lacking)
