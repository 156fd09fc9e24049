"""Whom a worker tells of its jobs."""

from pathlib import Path
from typing import Any, Protocol

from contract.jobs import Job, MetricAt


class Trackers(Protocol):
    """All that are set, together. No method waits or raises."""

    def start(self, job: Job, params: dict[str, Any]) -> None:
        """A try of the job begins."""
        ...

    def metric(self, job_id: str, metric: MetricAt) -> None:
        """A figure of an epoch."""
        ...

    def artifact(self, job_id: str, path: Path) -> None:
        """A file that came of it."""
        ...

    def end(self, job_id: str, state: str) -> None:
        """It is over: completed, failed or cancelled."""
        ...

    def missing(self) -> dict[str, str]:
        """Why each of those that are set and cannot be told cannot be."""
        ...


class NoTrackers:
    """Where none is set."""

    def start(self, job: Job, params: dict[str, Any]) -> None:
        """Nobody is told."""

    def metric(self, job_id: str, metric: MetricAt) -> None:
        """Nobody is told."""

    def artifact(self, job_id: str, path: Path) -> None:
        """Nobody is told."""

    def end(self, job_id: str, state: str) -> None:
        """Nobody is told."""

    def missing(self) -> dict[str, str]:
        """None is set."""
        return {}
