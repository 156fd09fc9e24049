"""What every tracker is told of a job."""

from pathlib import Path
from typing import Any, Protocol

from contract.jobs import Job, MetricAt


class Tracker(Protocol):
    """One run of a job at a service of others. Each method may raise, or take for ever."""

    def start(self, job: Job, params: dict[str, Any]) -> None:
        """A try of the job begins; a run of it that is known goes on."""
        ...

    def metric(self, metric: MetricAt) -> None:
        """A figure of an epoch."""
        ...

    def artifact(self, path: Path) -> None:
        """A file that came of it."""
        ...

    def end(self, state: str) -> None:
        """It is over: completed, failed or cancelled."""
        ...
