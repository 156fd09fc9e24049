"""The hours in the database, with how far the journal has been counted."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from backend.activity.course import Course, Seconds, Walk
from backend.activity.hours import HOUR_SEC, Hour
from backend.activity.tables import courses, hours, position


@dataclass(frozen=True, order=True)
class Position:
    """Up to which `byte` of which file of the journal all is counted."""

    segment: int
    byte: int


NOTHING_COUNTED = Position(-1, 0)


class HourShown(BaseModel):
    """One local hour of one camera; `began_at` is in seconds since 1970 (UTC).

    The five add up to the seconds that are counted of it: less than 3600 while it lasts, and where
    nothing was heard. `walked_lengths` are body lengths; `rises` count who had lain.
    """

    camera_id: str
    began_at: float
    active_sec: float
    still_sec: float
    lying_sec: float
    nobody_sec: float
    blind_sec: float
    stirs: int
    moved_first_at: float | None
    moved_last_at: float | None
    walked_sec: float
    walked_lengths: float
    rises: int


_SHOWN = [hours.c[name] for name in HourShown.model_fields]


def read_position(db: Connection, server: str) -> Position:
    """Where to go on in this server's journal."""
    mine = position.c.server == server
    found = db.execute(select(position.c.segment, position.c.byte).where(mine)).first()
    return Position(*found) if found else NOTHING_COUNTED


def save_position(db: Connection, server: str, counted: Position) -> None:
    """All up to here is counted of this server's journal."""
    db.execute(delete(position).where(position.c.server == server))
    at = {"segment": counted.segment, "byte": counted.byte}
    db.execute(insert(position).values(server=server, **at))


def read_courses(db: Connection, camera_ids: Iterable[str]) -> dict[str, Course]:
    """How far each of these cameras has been counted."""
    mine = courses.c.camera_id.in_(list(camera_ids))
    return {
        row.camera_id: Course(
            row.until,
            row.heard_at,
            row.server,
            row.is_away,
            row.scores,
            row.lying_scores,
            row.moved_at,
        )
        for row in db.execute(select(courses).where(mine))
    }


def save_courses(
    db: Connection, changed: Mapping[str, Course], household_of: Callable[[str], int]
) -> None:
    """The same, of those that have changed; `household_of` says whose a camera is."""
    rows = [
        {
            "camera_id": camera_id,
            "household_id": household_of(camera_id),
            "until": course.until,
            "heard_at": course.heard_at,
            "server": course.server,
            "is_away": course.is_away,
            "scores": course.scores,
            "lying_scores": course.lying_scores,
            "moved_at": course.moved_at,
        }
        for camera_id, course in changed.items()
    ]
    if rows:
        db.execute(delete(courses).where(courses.c.camera_id.in_(list(changed))))
        db.execute(insert(courses), rows)


def add(
    db: Connection, added: Mapping[tuple[str, float], Hour], household_of: Callable[[str], int]
) -> None:
    """Add to what there is of these hours, which are by camera and when they began."""
    cameras, times = ({key[place] for key in added} for place in (0, 1))
    same = hours.c.began_at.in_(times), hours.c.camera_id.in_(cameras)
    rows = db.execute(select(*_SHOWN).where(*same))
    there = {(row.camera_id, row.began_at): _hour(row) for row in rows}
    new = [
        _columns(hour) | {"camera_id": camera_id, "household_id": household_of(camera_id)}
        for (camera_id, began_at), hour in added.items()
        if (camera_id, began_at) not in there
    ]
    if new:
        db.execute(insert(hours), new)
    more = [
        _columns(there[key] + added[key]) | {"camera": key[0], "hour": key[1]}
        for key in added.keys() & there.keys()
    ]
    if more:
        of = hours.c
        mine = of.camera_id == bindparam("camera"), of.began_at == bindparam("hour")
        db.execute(update(hours).where(*mine), more)


def between(
    db: Connection, household_id: int, begin: float, end: float, camera_id: str | None = None
) -> list[HourShown]:
    """A household's hours that began from `begin` to before `end`, in their order."""
    mine = hours.c.household_id == household_id
    query = select(*_SHOWN).where(mine, hours.c.began_at >= begin, hours.c.began_at < end)
    if camera_id is not None:
        query = query.where(hours.c.camera_id == camera_id)
    ordered = query.order_by(hours.c.began_at, hours.c.camera_id)
    return [HourShown.model_validate(row._asdict()) for row in db.execute(ordered)]


def last_moves(db: Connection) -> dict[str, float]:
    """When somebody was last seen moving, by camera."""
    of = hours.c
    query = select(of.camera_id, func.max(of.moved_last_at)).group_by(of.camera_id)
    moved = query.where(of.moved_last_at.is_not(None))
    return {row[0]: row[1] for row in db.execute(moved)}


def pass_over(db: Connection, server: str, segment: int) -> None:
    """Nothing is counted any more of this server's files up to this number."""
    save_position(db, server, max(read_position(db, server), Position(segment + 1, 0)))


def erase(
    db: Connection, household_id: int, begin: float, end: float, camera_id: str | None
) -> None:
    """Forget a household's hours that this span touches, and how far its cameras were counted."""
    touched = delete(hours).where(hours.c.began_at > begin - HOUR_SEC, hours.c.began_at < end)
    counted = delete(courses).where(courses.c.until >= begin, courses.c.until < end)
    if camera_id is not None:
        touched = touched.where(hours.c.camera_id == camera_id)
        counted = counted.where(courses.c.camera_id == camera_id)
    db.execute(touched.where(hours.c.household_id == household_id))
    db.execute(counted.where(courses.c.household_id == household_id))


def _hour(row: Row[Any]) -> Hour:
    seconds = Seconds(row.active_sec, row.still_sec, row.lying_sec, row.nobody_sec, row.blind_sec)
    walk = Walk(row.walked_sec, row.walked_lengths, row.rises)
    return Hour(row.began_at, seconds, row.stirs, row.moved_first_at, row.moved_last_at, walk)


def _columns(hour: Hour) -> dict[str, object]:
    return {
        "began_at": hour.began_at,
        "active_sec": hour.seconds.active,
        "still_sec": hour.seconds.still,
        "lying_sec": hour.seconds.lying,
        "nobody_sec": hour.seconds.nobody,
        "blind_sec": hour.seconds.blind,
        "stirs": hour.stirs,
        "moved_first_at": hour.moved_first_at,
        "moved_last_at": hour.moved_last_at,
        "walked_sec": hour.walk.seconds,
        "walked_lengths": hour.walk.lengths,
        "rises": hour.walk.rises,
    }
