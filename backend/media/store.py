"""The tables of pictures, their results, and who looked at them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from backend.media.tables import image_results, image_views, images
from contract.media import Image, ImageResult, ImageState, ImageView

AT_ONCE = 500
"""A statement takes no more than some thousand values."""
_ROW = [images.c[name] for name in Image.model_fields if name != "results"]
_RESULT = [image_results.c[name] for name in ImageResult.model_fields]


def add(db: Connection, image: Image) -> None:
    """A new picture."""
    db.execute(insert(images).values(image.model_dump(exclude={"results"})))


def find(db: Connection, image_id: str, household_id: int) -> Image | None:
    """The picture of this id, if it is one of this household."""
    mine = images.c.id == image_id, images.c.household_id == household_id
    return next(iter(those(db, *mine)), None)


def newest(db: Connection, household_id: int, before: str | None, limit: int) -> list[Image]:
    """Those that are confirmed, newest first; behind the one of the id `before`."""
    kept = [images.c.household_id == household_id, images.c.state == ImageState.CONFIRMED]
    if before is not None:
        listed = images.c.id == before, images.c.household_id == household_id
        kept.append(images.c.number < select(images.c.number).where(*listed).scalar_subquery())
    return those(db, *kept, limit=limit)


def those(
    db: Connection, *conditions: ColumnElement[bool], limit: int | None = None
) -> list[Image]:
    """All of which the conditions hold, newest first."""
    query = select(*_ROW).where(*conditions).order_by(images.c.number.desc())
    return _with_results(db, db.execute(query.limit(limit)).all())


def count(db: Connection, *conditions: ColumnElement[bool]) -> int:
    """Of how many the conditions hold."""
    return db.scalar(select(func.count()).select_from(images).where(*conditions)) or 0


def settle(db: Connection, image_id: str, **values: object) -> None:
    """Say what has become of one that is awaited; nothing where that was said before."""
    awaited = images.c.id == image_id, images.c.state == ImageState.PENDING
    db.execute(update(images).where(*awaited).values(values))


def remove(db: Connection, image_id: str) -> None:
    """Forget it with its results; who looked at it stays known."""
    db.execute(delete(images).where(images.c.id == image_id))


def states(db: Connection, ids: Collection[str]) -> dict[str, str]:
    """The state of each of these that there is."""
    found = db.execute(select(images.c.id, images.c.state).where(images.c.id.in_(ids)))
    return {row.id: row.state for row in found}


def add_result(db: Connection, image_id: str, result: ImageResult) -> None:
    """A picture that was made of this one."""
    db.execute(insert(image_results).values(image_id=image_id, **result.model_dump()))


def add_view(db: Connection, view: ImageView, household_id: int) -> None:
    """Somebody looked at it."""
    db.execute(insert(image_views).values(household_id=household_id, **view.model_dump()))


def has_view(db: Connection, view: ImageView, since: float) -> bool:
    """Whether the same person has looked at the same file since then."""
    of = image_views.c
    same = [of.image_id == view.image_id, of.what == view.what, of.at >= since]
    mine = of.person_id.is_not_distinct_from(view.person_id)
    return db.execute(select(of.number).where(*same, mine).limit(1)).first() is not None


def views(db: Connection, image_id: str, household_id: int, limit: int) -> list[ImageView]:
    """Who looked at it, newest first."""
    of = image_views.c
    query = select(*(of[name] for name in ImageView.model_fields)).where(
        of.image_id == image_id, of.household_id == household_id
    )
    rows = db.execute(query.order_by(of.number.desc()).limit(limit))
    return [ImageView.model_validate(row._asdict()) for row in rows]


def _with_results(db: Connection, rows: Sequence[Row[Any]]) -> list[Image]:
    results: dict[str, list[ImageResult]] = {}
    for begin in range(0, len(rows), AT_ONCE):
        of = image_results.c
        ids = [row.id for row in rows[begin : begin + AT_ONCE]]
        query = select(of.image_id, *_RESULT).where(of.image_id.in_(ids)).order_by(of.number)
        for row in db.execute(query):
            results.setdefault(row.image_id, []).append(ImageResult.model_validate(row._asdict()))
    return [
        Image.model_validate(row._asdict() | {"results": results.get(row.id, [])}) for row in rows
    ]
