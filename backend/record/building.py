"""Builds the tables of one household's record."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from backend.record import event_rows
from backend.record.event_rows import EventRow
from backend.record.filling import Rows, fill
from backend.record.known_rows import HOUR_TYPES, INCIDENT_TYPES, Whose
from backend.record.tables_sql import events_view, statements
from backend.storage.duck import Duck

BUILDING_SEC = 60.0
PLACE_TYPES = {"camera_id": "VARCHAR", "place": "VARCHAR"}
STRANGER_TYPES = {"camera_id": "VARCHAR"}


@dataclass(frozen=True)
class Log:
    """The log: of `events` those that are in none of the `parquets`."""

    events: Sequence[EventRow]
    parquets: Sequence[Path]


@dataclass(frozen=True)
class Sources:
    """What was read; without the `log` there is no table of events."""

    whose: Whose
    hours: Rows
    incidents: Rows
    log: Log | None = None


def build(duck: Duck, sources: Sources, zone: ZoneInfo) -> None:
    """Make the tables of the record in `duck`, which may read the folder of the Parquet files.

    Raises QuestionTooLong and DatabaseUnavailable.
    """
    places = [(it.camera_id, it.place) for it in sources.whose.own]
    strangers = [(camera_id,) for camera_id in sources.whose.strangers]
    with duck.connected(BUILDING_SEC) as cursor:
        fill(cursor, "places", PLACE_TYPES, places)
        fill(cursor, "strangers", STRANGER_TYPES, strangers)
        fill(cursor, "read_hours", HOUR_TYPES, sources.hours)
        fill(cursor, "read_incidents", INCIDENT_TYPES, sources.incidents)
        for statement in statements(zone):
            cursor.execute(statement)
        if sources.log:
            fill(cursor, "read_events", event_rows.TYPES, sources.log.events)
            cursor.execute(events_view(zone, sources.log.parquets, sources.whose.household_id))
