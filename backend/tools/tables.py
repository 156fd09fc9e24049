"""The tables that can be asked: of the record, and data sets of one's own."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from backend.access.keys import Caller
from backend.access.middleware import check_role
from backend.access.roles import Role
from backend.datasets.errors import UnknownDataset
from backend.datasets.own_table import OwnTable
from backend.record.columns import COLUMNS, TIME_COLUMN
from backend.record.snapshot import Snapshot
from backend.storage.duck import Duck, quoted, quoted_text
from backend.tools.data import Data
from backend.tools.errors import UnknownTable
from backend.tools.scope import Scope
from backend.tools.seams import OwnTables, Records
from backend.tools.selection import select
from contract.language import Language
from contract.record import RecordTable
from contract.tools import TableInfo

RECORD_TITLES: dict[RecordTable, dict[Language, str]] = {
    RecordTable.DAYS: {"ko": "날마다, 카메라마다", "en": "Days by camera"},
    RecordTable.PERSON_DAYS: {"ko": "날마다", "en": "Days"},
    RecordTable.HOURS: {"ko": "시간마다, 카메라마다", "en": "Hours by camera"},
    RecordTable.INCIDENTS: {"ko": "사건", "en": "Incidents"},
    RecordTable.EVENTS: {"ko": "이벤트", "en": "Events"},
}


class Tables:
    """Thread-safe. Everybody of the household asks the record; owners ask their own tables too."""

    def __init__(
        self,
        records: Records,
        own: OwnTables,
        zone: Callable[[int], ZoneInfo],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._records, self._own = records, own
        self._zone, self._clock = zone, clock

    @contextmanager
    def opened(self, caller: Caller, name: str, language: Language) -> Iterator[Data]:
        """The table of this name or id, while the context lasts.

        Raises UnknownTable, and Forbidden where it is for owners.
        """
        table = record_table(name)
        if table is None:
            with self._opened_own(caller, self._found(caller, name), language) as data:
                yield data
        else:
            with_events = table is RecordTable.EVENTS
            with self._records.snapshot(caller.household_id, with_events) as snapshot:
                yield self._of_record(snapshot, table, language)

    def all(self, caller: Caller, language: Language) -> list[TableInfo]:
        """Those that the caller may ask, with how much is in each; the record's are first."""
        with self._records.snapshot(caller.household_id, True) as snapshot:
            shown = [
                _info(self._of_record(snapshot, it, language), RECORD_TITLES[it][language])
                for it in RecordTable
            ]
        if caller.role is Role.OWNER:
            for own in self._own.tables(caller.household_id):
                with self._opened_own(caller, own, language) as data:
                    shown.append(_info(data, own.title))
        return shown

    def _of_record(self, snapshot: Snapshot, table: RecordTable, language: Language) -> Data:
        return Data(
            duck=snapshot.duck,
            name=table.value,
            table=quoted(table.value),
            columns=COLUMNS[table],
            time_column=TIME_COLUMN[table],
            zone=snapshot.zone,
            today=self._today(snapshot.zone),
            language=language,
            version=snapshot.version,
            is_generated=snapshot.is_generated,
        )

    def _found(self, caller: Caller, version_id: str) -> OwnTable:
        check_role(caller, Role.OWNER)
        try:
            return self._own.opened(version_id, caller.household_id)
        except UnknownDataset as error:
            known = ", ".join(RecordTable)
            raise UnknownTable(f"expected {known}, or the id of a table of one's own") from error

    @contextmanager
    def _opened_own(self, caller: Caller, own: OwnTable, language: Language) -> Iterator[Data]:
        zone = self._zone(caller.household_id)
        duck = Duck([own.path.parent])
        try:
            yield Data(
                duck=duck,
                name=own.version_id,
                table=f"read_parquet({quoted_text(str(own.path.resolve()))})",
                columns=tuple(own.columns),
                time_column=own.time_column,
                zone=zone,
                today=self._today(zone),
                language=language,
                version=own.version_id,
            )
        finally:
            duck.close()

    def _today(self, zone: ZoneInfo) -> date:
        return datetime.fromtimestamp(self._clock(), zone).date()


def record_table(name: str) -> RecordTable | None:
    """The table of the record of this name, if it is one."""
    return next((it for it in RecordTable if it.value == name), None)


def _info(data: Data, title: str) -> TableInfo:
    span = select(data, Scope()).span
    return TableInfo(
        name=data.name,
        title=title,
        columns=data.columns,
        rows=span.rows,
        days=span.days,
        since=span.since,
        until=span.until,
        is_own=record_table(data.name) is None,
        is_generated=data.is_generated,
    )
