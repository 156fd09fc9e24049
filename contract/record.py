"""The record as tables: what can be asked about, whoever asks."""

from enum import StrEnum


class RecordTable(StrEnum):
    """The tables of the record. Times in them are local, by the household's time zone."""

    DAYS = "days"
    """One row per day and camera."""
    PERSON_DAYS = "person_days"
    """One row per day: of all cameras together, since nobody can be in two rooms at once."""
    HOURS = "hours"
    """One row an hour and camera."""
    INCIDENTS = "incidents"
    """One row per incident, with what people said of it; troubles apart."""
    EVENTS = "events"
    """One row per event of the log, as the camera box reported it."""
