"""The tables of the record as SQL over what was read: the rows of hours, incidents and events."""

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from backend.access.keys import FIRST_HOUSEHOLD
from backend.cameras.names import ENDING
from backend.record.closed_file import reading
from backend.record.days_sql import days, person_days
from backend.storage.duck import quoted_text


def statements(zone: ZoneInfo) -> list[str]:
    """What makes the tables without the events, in its order, of the tables `read_hours`,
    `read_incidents` and `places`."""
    return [
        _hours(zone),
        _incidents(zone),
        days(),
        person_days(),
        "ALTER TABLE hours DROP COLUMN began_sec",
        "DROP TABLE read_hours",
        "DROP TABLE read_incidents",
    ]


def events_view(zone: ZoneInfo, parquets: Sequence[Path], household_id: int) -> str:
    """What makes the view of the events, of the tables `read_events`, `places` and `strangers`, and
    of Parquet files.

    A household has those of its cameras with places, and of those that are its own by their names.
    """
    closed = f"UNION ALL FROM {reading(parquets)}" if parquets else ""
    return f"""
        CREATE VIEW events AS
        WITH heard AS (FROM read_events {closed}),
        local AS (SELECT *, {_local("at_us / 1e6", zone)} AS "at" FROM heard)
        SELECT "at", "at"::DATE AS day, event_type, camera_id, coalesce(place, camera_id) AS place,
            person, state, label, incident_id, prob, duration_sec, top_event, top_prob, fps,
            pose_share, motion_share, missed_sec, picture, delay_sec
        FROM local LEFT JOIN places USING (camera_id)
        WHERE camera_id IN (SELECT camera_id FROM places)
            OR camera_id NOT IN (FROM strangers) AND {_is_named(household_id)}
    """  # noqa: S608


def _is_named(household_id: int) -> str:
    """The condition that a camera is a household's by its name."""
    number = "" if household_id == FIRST_HOUSEHOLD else str(household_id)
    return f"regexp_extract(camera_id, {quoted_text(ENDING)}, 1) = {quoted_text(number)}"


def _local(at: str, zone: ZoneInfo) -> str:
    """A time that is seconds since 1970, as a local one."""
    return f"timezone({quoted_text(zone.key)}, to_timestamp({at}))"


def _when(at: str) -> str:
    """The columns of a local time."""
    return f"{at}::DATE AS day, hour({at})::INTEGER AS hour, isodow({at})::INTEGER AS weekday"


def _hours(zone: ZoneInfo) -> str:
    return f"""
        CREATE TABLE hours AS
        WITH local AS (
            SELECT * REPLACE (
                {_local("began_at", zone)} AS began_at,
                {_local("moved_first_at", zone)} AS moved_first_at,
                {_local("moved_last_at", zone)} AS moved_last_at
            ), began_at AS began_sec
            FROM read_hours
        )
        SELECT began_at, {_when("began_at")}, camera_id, coalesce(place, camera_id) AS place,
            active_sec, still_sec, lying_sec, nobody_sec, blind_sec, stirs,
            moved_first_at, moved_last_at, walked_sec, walked_lengths, rises, began_sec
        FROM local LEFT JOIN places USING (camera_id)
        ORDER BY began_sec, camera_id
    """  # noqa: S608


def _incidents(zone: ZoneInfo) -> str:
    return f"""
        CREATE TABLE incidents AS
        WITH local AS (
            SELECT * REPLACE ({_local("began_at", zone)} AS began_at), began_at AS began_sec
            FROM read_incidents
        )
        SELECT incident_id, began_at, {_when("began_at")},
            camera_id, coalesce(place, camera_id) AS place, label, person, is_test, is_told, seen,
            duration_sec, verdict, answered_after_sec, answer, floor_sec
        FROM local LEFT JOIN places USING (camera_id)
        ORDER BY began_sec, incident_id
    """  # noqa: S608
