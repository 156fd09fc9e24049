"""What every tracker is told of a job."""

from pathlib import Path
from typing import Any, Protocol

from contract.jobs import Job, MetricAt


class Unwanted(Exception):
    """The service refuses what it was told: telling it again changes nothing."""


class Tracker(Protocol):
    """One run of a job at a service of others. Each method may raise, or take for ever.

    What failed is told again, so that a service may hear the same twice.
    """

    @staticmethod
    def lacks() -> str | None:
        """What it needs and does not have, in one line without secrets; None where it can work."""
        ...

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


PROJECT = "dolbom"
"""What its runs are kept under, where the tracker's own setting says nothing else."""


def run_name(job: Job) -> str:
    """What a run is called. A job's title may name a camera: it stays at home."""
    return f"{job.kind}-{job.id[:8]}"


def flat(params: dict[str, Any], within: str = "") -> dict[str, str]:
    """`{"a": {"b": 1}}` as `{"a.b": "1"}`: each tracker shows words."""
    found: dict[str, str] = {}
    for name, value in params.items():
        whole = f"{within}{name}"
        found |= flat(value, f"{whole}.") if isinstance(value, dict) else {whole: str(value)}
    return found
