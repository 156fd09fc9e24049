"""The columns of the tables of the record, in their order.

Seconds and shares are as the camera boxes said them. A day is the local one of what began in it.
Speeds are in body lengths a second, since a camera knows no metres.
"""

from contract.record import RecordTable
from contract.tools import ColumnKind, TableColumn


def _column(name: str, kind: ColumnKind, unit: str | None = None) -> TableColumn:
    return TableColumn(name=name, kind=kind, unit=unit)


def _text(name: str) -> TableColumn:
    return _column(name, ColumnKind.TEXT)


def _number(name: str, unit: str | None = None) -> TableColumn:
    return _column(name, ColumnKind.NUMBER, unit)


_DAY = _column("day", ColumnKind.DAY)
_WHERE = (_text("camera_id"), _text("place"))
_OF_A_DAY = (
    _number("counted_hours", "h"),
    _number("active_hours", "h"),
    _number("still_hours", "h"),
    _number("lying_hours", "h"),
    _number("nobody_hours", "h"),
    _number("blind_hours", "h"),
    _number("times_up_at_night"),
    _number("first_moved_hour", "h"),
    _number("last_moved_hour", "h"),
    _number("walked_minutes", "min"),
    _number("walking_speed", "body lengths/s"),
    _number("rises"),
    _number("incidents"),
    _number("falls"),
    _number("false_alarms"),
    _number("answered"),
    _number("median_answer_sec", "s"),
)
"""`times_up_at_night` are of the night that began the evening before and ends on the day: how often
somebody began to move, or rose, from 22 to 6. `first_moved_hour` is 7.5 for half past seven, from 4
on. Of incidents those count that people were to be told of or that somebody judged; `falls` and
`false_alarms` by the last verdict."""

COLUMNS: dict[RecordTable, tuple[TableColumn, ...]] = {
    RecordTable.DAYS: (_DAY, *_WHERE, *_OF_A_DAY),
    RecordTable.PERSON_DAYS: (_DAY, *_OF_A_DAY),
    RecordTable.HOURS: (
        _column("began_at", ColumnKind.TIME),
        _DAY,
        _number("hour"),
        _number("weekday"),
        *_WHERE,
        _number("active_sec", "s"),
        _number("still_sec", "s"),
        _number("lying_sec", "s"),
        _number("nobody_sec", "s"),
        _number("blind_sec", "s"),
        _number("stirs"),
        _column("moved_first_at", ColumnKind.TIME),
        _column("moved_last_at", ColumnKind.TIME),
        _number("walked_sec", "s"),
        _number("walked_lengths", "body lengths"),
        _number("rises"),
    ),
    RecordTable.INCIDENTS: (
        _text("incident_id"),
        _column("began_at", ColumnKind.TIME),
        _DAY,
        _number("hour"),
        _number("weekday"),
        *_WHERE,
        _text("label"),
        _number("person"),
        _column("is_test", ColumnKind.YES_NO),
        _column("is_told", ColumnKind.YES_NO),
        _text("seen"),
        _number("duration_sec", "s"),
        _text("verdict"),
        _number("answered_after_sec", "s"),
        _text("answer"),
        _number("floor_sec", "s"),
    ),
    RecordTable.EVENTS: (
        _column("at", ColumnKind.TIME),
        _DAY,
        _text("event_type"),
        *_WHERE,
        _number("person"),
        _text("state"),
        _text("label"),
        _text("incident_id"),
        _number("prob"),
        _number("duration_sec", "s"),
        _text("top_event"),
        _number("top_prob"),
        _number("fps"),
        _number("pose_share"),
        _number("motion_share"),
        _number("missed_sec", "s"),
        _text("picture"),
        _number("delay_sec", "s"),
    ),
}
"""A weekday is 1 for Monday to 7 for Sunday. `floor_sec` is how long somebody lay or sat on the
floor: from the fall until they were seen up, or somebody answered that they are there; NULL where
nothing of that is known. `delay_sec` is from an event until the server had it."""

TIME_COLUMN: dict[RecordTable, str] = {
    RecordTable.DAYS: "day",
    RecordTable.PERSON_DAYS: "day",
    RecordTable.HOURS: "began_at",
    RecordTable.INCIDENTS: "began_at",
    RecordTable.EVENTS: "at",
}
"""Which column says when."""
