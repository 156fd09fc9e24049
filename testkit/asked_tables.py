"""A record of three rows, and one table of a household's own, for tools to be asked of."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from backend.datasets.errors import UnknownDataset
from backend.datasets.own_table import OwnTable
from backend.record.columns import COLUMNS
from backend.record.snapshot import Snapshot
from backend.storage.duck import Duck, quoted, quoted_text
from contract.tools import ColumnKind
from testkit.askable import SEOUL, TODAY, TYPES, column

OWN_ID = "a1b2"
OWN = (column("날", ColumnKind.DAY), column("값", unit="kg"))


class FewRecords:
    """A record of which three days are known; every household has the same."""

    def __init__(self) -> None:
        self._duck = Duck()
        for table, columns in COLUMNS.items():
            types = ", ".join(f"{quoted(it.name)} {TYPES[it.kind]}" for it in columns)
            self._duck.ask(f"CREATE TABLE {quoted(table)} ({types})")
        self._add(TODAY, "거실", 5.0)
        self._add(TODAY, "침실", 1.5)
        self._add(date(2026, 11, 29), "거실", 3.5)

    def _add(self, day: date, place: str, hours: float) -> None:
        self._duck.ask(
            "INSERT INTO days (day, place, active_hours, counted_hours) VALUES (?, ?, ?, 24)",
            [day, place, hours],
        )

    @contextmanager
    def snapshot(self, household_id: int, _with_events: bool) -> Iterator[Snapshot]:
        """What is known, which nobody lived."""
        yield Snapshot(self._duck, SEOUL, f"{household_id}-v7", is_generated=True)


class OneOwnTable:
    """A table of the household 1, as Parquet below `folder`: a day is known, and one is NaN."""

    def __init__(self, folder: Path) -> None:
        path = folder / "table.parquet"
        duck = Duck([folder])
        known, unknown = "(DATE '2026-11-01', 71.5)", "(DATE '2026-11-02', 'nan'::DOUBLE)"
        rows = f"(FROM (VALUES {known}, {unknown}) t(날, 값))"
        duck.ask(f"COPY {rows} TO {quoted_text(str(path))}")
        duck.close()
        self._table = OwnTable(OWN_ID, "몸무게", path, OWN, "날")

    def opened(self, version_id: str, household_id: int) -> OwnTable:
        """It; raises UnknownDataset."""
        if version_id not in [it.version_id for it in self.tables(household_id)]:
            raise UnknownDataset(f"no version {version_id!r}")
        return self._table

    def tables(self, household_id: int) -> Sequence[OwnTable]:
        """It alone."""
        return [self._table] if household_id == 1 else []
