"""What the routes of the record answer."""

from datetime import date

from pydantic import BaseModel

from contract.record import RecordTable


class DayShown(BaseModel):
    """One local day of one camera; docs/record.md says what each column means."""

    day: date
    camera_id: str
    place: str
    counted_hours: float
    active_hours: float | None
    still_hours: float | None
    lying_hours: float | None
    nobody_hours: float | None
    blind_hours: float | None
    times_up_at_night: int | None
    first_moved_hour: float | None
    last_moved_hour: float | None
    walked_minutes: float | None
    walking_speed: float | None
    rises: int | None
    incidents: int
    falls: int
    false_alarms: int
    answered: int
    median_answer_sec: float | None


class TableShown(BaseModel):
    """A table, and from when to when it has rows; None where it has none."""

    name: RecordTable
    rows: int
    since: date | None
    until: date | None


class RecordShown(BaseModel):
    """The tables of the record.

    Of its events those up to the day `closed_until` (UTC) are kept as Parquet; `waiting_files` of
    the log are still to come. `is_generated` marks a record that nobody lived.
    """

    tables: list[TableShown]
    closed_until: date | None
    waiting_files: int
    is_generated: bool
    version: str
