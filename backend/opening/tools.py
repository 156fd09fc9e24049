"""Opens the tools, over the tables that they are asked of."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from starlette.datastructures import State

from backend.access.keys import Caller
from backend.datasets.errors import UnknownDataset
from backend.datasets.own_table import OwnTable
from backend.people.service import PeopleService
from backend.record.columns import COLUMNS
from backend.record.snapshot import Snapshot
from backend.storage.duck import Duck, quoted
from backend.tools.service import ToolService
from backend.tools.tables import Tables
from contract.language import Language
from contract.tools import ColumnKind

USUAL_LANGUAGE: Language = "ko"
TYPES = {
    ColumnKind.NUMBER: "DOUBLE",
    ColumnKind.TEXT: "VARCHAR",
    ColumnKind.YES_NO: "BOOLEAN",
    ColumnKind.DAY: "DATE",
    ColumnKind.TIME: "TIMESTAMP",
}


def open_tools(state: State) -> None:
    """After the record and the data sets."""

    people: PeopleService = state.people

    def language(caller: Caller) -> Language:
        if caller.person_id is not None and (person := people.person(caller.person_id)):
            return person.language
        household = people.household(caller.household_id)
        return household.language if household else USUAL_LANGUAGE

    tables = Tables(EmptyRecords(state), NoOwnTables(), people.zone)
    state.tools = ToolService(tables, language)


class EmptyRecords:
    """Tables without a row, until the room of the record is opened."""

    def __init__(self, state: State) -> None:
        self._zone = state.people.zone

    @contextmanager
    def snapshot(self, household_id: int) -> Iterator[Snapshot]:
        """All tables of the record, empty."""
        with closing(Duck()) as duck:
            for table, columns in COLUMNS.items():
                types = ", ".join(f"{quoted(it.name)} {TYPES[it.kind]}" for it in columns)
                duck.ask(f"CREATE TABLE {quoted(table)} ({types})")
            yield Snapshot(duck, self._zone(household_id), "empty", is_generated=False)


class NoOwnTables:
    """No table, until the room of the data sets has them."""

    def opened(self, version_id: str, household_id: int) -> OwnTable:
        """Raises UnknownDataset."""
        raise UnknownDataset(f"no version {version_id[:40]!r} of household {household_id}")

    def tables(self, household_id: int) -> Sequence[OwnTable]:  # noqa: ARG002
        """None."""
        return ()
