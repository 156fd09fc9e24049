"""What carries out the jobs of one kind: the room that the kind belongs to offers it."""

from pathlib import Path
from typing import Any, Protocol

from contract.jobs import Job, JobKind

ARTIFACTS = "artifacts"
"""The folder in a job's own whose files trackers are given once its result is kept."""


class Carrier(Protocol):
    """The work itself is done by a process of its own, which a kill or a full memory ends alone.

    It speaks to its worker by `contract.jobs.Message`s, a line each, on its standard output.
    All methods may be called again after a kill: with the same job they do the same.
    """

    kind: JobKind
    modules: tuple[str, ...]
    """What has to be installed, as it is imported, such as torch."""

    def command(self, job: Job, folder: Path) -> list[str]:
        """The command of the process that does it, once all it needs lies in `folder`.

        The folder is the job's own, and keeps what an earlier try has left. Raises ApiError where
        it cannot be done.
        """
        ...

    def params(self, job: Job) -> dict[str, Any] | None:
        """What trackers, which may be of others, hear of the job; None where they hear nothing.

        No names of cameras or people are among it.
        """
        ...

    def keep(self, job: Job, folder: Path, result: dict[str, Any]) -> dict[str, Any]:
        """Keep what came of it, as its Finished says it; what the job's `result` is to be."""
        ...
