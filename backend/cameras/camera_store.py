"""The tables of cameras and pairing codes, within a transaction of the caller's."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from backend.cameras.codes import LIFETIME_SEC, WRONG_TRIES
from backend.cameras.names import household_named
from backend.cameras.tables import cameras, found_cameras, pairing_codes

KEPT_SEC = 86_400.0
"""So long a code that is good no more is still to be seen in the database."""


@dataclass(frozen=True)
class KnownCamera:
    """A camera of which something is kept. `digest` is of the key that its box was given."""

    camera_id: str
    household_id: int
    place: str | None
    digest: bytes | None
    paired_at: float | None


@dataclass(frozen=True)
class OpenCode:
    """A code that is still good for a camera; `digest` is of the code."""

    number: int
    household_id: int
    camera_id: str
    digest: str


def all_cameras(db: Connection) -> list[KnownCamera]:
    """Those that were not removed, in the order of their coming."""
    of = cameras.c
    query = select(of.camera_id, of.household_id, of.place, of.key_digest, of.paired_at)
    rows = db.execute(query.where(of.removed_at.is_(None)).order_by(of.number))
    return [
        KnownCamera(name, household, place, digest and bytes.fromhex(digest), paired_at)
        for name, household, place, digest, paired_at in rows
    ]


def household_of(db: Connection, camera_id: str) -> int:
    """Whose camera this is or was; of one that nobody has paired its name says it."""
    query = select(cameras.c.household_id).where(cameras.c.camera_id == camera_id)
    found: int | None = db.scalar(query)
    return household_named(camera_id) if found is None else found


def households(db: Connection) -> dict[str, int]:
    """Whose each camera is or was that is kept here."""
    query = select(cameras.c.camera_id, cameras.c.household_id)
    return {row.camera_id: row.household_id for row in db.execute(query)}


def keep(db: Connection, household_id: int, camera_id: str, **values: Any) -> None:
    """Let these columns of the camera have these values; one that was removed is back."""
    of_this = cameras.c.camera_id == camera_id
    kept = values | {"household_id": household_id, "removed_at": None}
    if not db.execute(update(cameras).where(of_this).values(kept)).rowcount:
        db.execute(insert(cameras).values(kept | {"camera_id": camera_id}))


def remove(db: Connection, household_id: int, camera_id: str, now: float) -> None:
    """Forget key, place, open codes and what its box has found, and remember when."""
    forgotten = {"removed_at": now, "key_digest": None, "paired_at": None, "place": None}
    drop_codes(db, camera_id)
    db.execute(delete(found_cameras).where(found_cameras.c.camera_id == camera_id))
    of_this = cameras.c.camera_id == camera_id
    if not db.execute(update(cameras).where(of_this).values(forgotten)).rowcount:
        whose = {"household_id": household_id, "camera_id": camera_id}
        db.execute(insert(cameras).values(forgotten | whose))


def removals(db: Connection) -> dict[str, float]:
    """When those were removed that were, in seconds since 1970."""
    of = cameras.c
    query = select(of.camera_id, of.removed_at).where(of.removed_at.is_not(None))
    return {row.camera_id: row.removed_at for row in db.execute(query)}


def open_codes(db: Connection, now: float) -> list[OpenCode]:
    """The codes that are good now; one beyond its time is of another clock."""
    of = pairing_codes.c
    query = select(of.number, of.household_id, of.camera_id, of.digest).where(
        of.used_at.is_(None),
        of.wrong_tries < WRONG_TRIES,
        of.expires_at.between(now, now + LIFETIME_SEC),
    )
    return [OpenCode(*row) for row in db.execute(query)]


def add_code(db: Connection, values: dict[str, Any]) -> None:
    """The one code of its camera: an earlier one is good no more, and what is old goes."""
    drop_codes(db, values["camera_id"])
    old = pairing_codes.c.expires_at < values["expires_at"] - KEPT_SEC
    db.execute(delete(pairing_codes).where(old))
    db.execute(insert(pairing_codes).values(values))


def drop_codes(db: Connection, camera_id: str) -> None:
    """No code of this camera is good any more."""
    of = pairing_codes.c
    db.execute(delete(pairing_codes).where(of.camera_id == camera_id, of.used_at.is_(None)))


def use_code(db: Connection, number: int, now: float) -> None:
    """It has served."""
    db.execute(update(pairing_codes).where(pairing_codes.c.number == number).values(used_at=now))


def count_wrong_try(db: Connection, codes: list[OpenCode]) -> None:
    """Somebody has shown a code that is none of these."""
    numbers = [code.number for code in codes]
    tries = pairing_codes.c.wrong_tries + 1
    mine = pairing_codes.c.number.in_(numbers)
    db.execute(update(pairing_codes).where(mine).values(wrong_tries=tries))
