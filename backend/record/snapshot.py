"""What is known of a record at a moment, as tables that can be asked."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from backend.storage.duck import Duck


@dataclass(frozen=True)
class Snapshot:
    """A database with a table for each RecordTable, of its name, with the columns of `columns.py`;
    that of the events only where it was asked for.

    `version` changes whenever one of them does.
    """

    duck: Duck
    zone: ZoneInfo
    version: str
    is_generated: bool
