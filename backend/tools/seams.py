"""What the tools ask of the rooms below them."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from backend.datasets.own_table import OwnTable
from backend.record.snapshot import Snapshot


class Records(Protocol):
    """The room of the record."""

    def snapshot(self, household_id: int, with_events: bool, /) -> AbstractContextManager[Snapshot]:
        """What is known now, while the context lasts; without its events it is there sooner."""


class OwnTables(Protocol):
    """The room of the data sets."""

    def opened(self, version_id: str, household_id: int, /) -> OwnTable:
        """A version of the kind `table`; raises UnknownDataset."""

    def tables(self, household_id: int, /) -> Sequence[OwnTable]:
        """All of a household, the newest first."""
