"""The tables of data sets and their versions, asked and changed within a caller's transaction."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, func, insert, select, update

from backend.datasets.tables import dataset_versions, datasets
from contract.datasets import Changes, Dataset, DatasetVersion, Subset

_DATASET = [datasets.c[name] for name in Dataset.model_fields if name != "versions"]
_OWN = ("name", "kind")
"""What a version says of its data set."""
_VERSION = [
    (datasets if name in _OWN else dataset_versions).c[name] for name in DatasetVersion.model_fields
]
_JOINED = dataset_versions.join(datasets, datasets.c.id == dataset_versions.c.dataset_id)
_SUMMARY = TypeAdapter(dict[str, int])
_JSON = ("summary", "changes", "subset")


def find(db: Connection, dataset_id: str, household_id: int) -> Dataset | None:
    """One data set without its versions; None for one that was removed."""
    mine = datasets.c.id == dataset_id, datasets.c.household_id == household_id
    row = db.execute(select(*_DATASET).where(*mine, datasets.c.removed_at.is_(None))).first()
    return Dataset.model_validate(row._asdict()) if row else None


def all_of(db: Connection, household_id: int) -> list[Dataset]:
    """The data sets of a household with their versions, newest first."""
    of = datasets.c
    mine = select(*_DATASET).where(of.household_id == household_id, of.removed_at.is_(None))
    found = [
        Dataset.model_validate(row._asdict()) for row in db.execute(mine.order_by(of.number.desc()))
    ]
    return [it.model_copy(update={"versions": versions_of(db, it.id)}) for it in found]


def add(db: Connection, dataset: Dataset) -> None:
    """A new data set."""
    db.execute(insert(datasets).values(dataset.model_dump(exclude={"versions"})))


def remove(db: Connection, dataset_id: str, now: float) -> None:
    """Let it be no more, and none of its versions."""
    db.execute(update(datasets).where(datasets.c.id == dataset_id).values(removed_at=now))


def of_record(db: Connection, household_id: int) -> Dataset | None:
    """The data set of the household's own record, without its versions."""
    of = datasets.c
    mine = of.household_id == household_id, of.of_record, of.removed_at.is_(None)
    row = db.execute(select(*_DATASET).where(*mine)).first()
    return Dataset.model_validate(row._asdict()) if row else None


def versions_of(db: Connection, dataset_id: str) -> tuple[DatasetVersion, ...]:
    """All versions of a data set, newest first."""
    query = _versions().where(dataset_versions.c.dataset_id == dataset_id)
    rows = db.execute(query.order_by(dataset_versions.c.version.desc()))
    return tuple(_version(row) for row in rows)


def find_version(db: Connection, version_id: str, household_id: int) -> DatasetVersion | None:
    """One version, if its data set is there."""
    of = dataset_versions.c
    query = _versions().where(of.id == version_id, datasets.c.household_id == household_id)
    row = db.execute(query).first()
    return _version(row) if row else None


def newest_whole(db: Connection, dataset_id: str) -> DatasetVersion | None:
    """The newest version that is no subset of another."""
    of = dataset_versions.c
    query = _versions().where(of.dataset_id == dataset_id, of.subset_of.is_(None))
    row = db.execute(query.order_by(of.version.desc()).limit(1)).first()
    return _version(row) if row else None


def next_number(db: Connection, dataset_id: str) -> int:
    """What the next version is to be called."""
    of = dataset_versions.c
    newest = db.scalar(select(func.max(of.version)).where(of.dataset_id == dataset_id))
    return (newest or 0) + 1


def add_version(db: Connection, version: DatasetVersion) -> None:
    """A new version."""
    values = version.model_dump(exclude={*_OWN, *_JSON})
    values |= _written(version)
    values["subset"] = version.subset.model_dump_json() if version.subset else None
    db.execute(insert(dataset_versions).values(values))


def versions_of_record(db: Connection, *, are_removed: bool) -> list[DatasetVersion]:
    """All versions of those data sets of a record that are there, or of those that are not."""
    of = datasets.c
    where = of.removed_at.is_not(None) if are_removed else of.removed_at.is_(None)
    rows = db.execute(select(*_VERSION).select_from(_JOINED).where(of.of_record, where))
    return [_version(row) for row in rows]


def replace_content(db: Connection, version: DatasetVersion) -> None:
    """Let the version hold other files than it was made with."""
    content = ("manifest", "files", "bytes")
    values = {name: getattr(version, name) for name in content} | _written(version)
    mine = dataset_versions.c.id == version.id
    db.execute(update(dataset_versions).where(mine).values(values))


def manifests(db: Connection) -> Sequence[str]:
    """The digests of the manifests of all versions that are there."""
    query = select(dataset_versions.c.manifest).select_from(_JOINED)
    return db.scalars(query.where(datasets.c.removed_at.is_(None))).all()


def _versions() -> Select[Any]:
    return select(*_VERSION).select_from(_JOINED).where(datasets.c.removed_at.is_(None))


def _written(version: DatasetVersion) -> dict[str, str]:
    """What a row has as JSON, whatever the version holds."""
    summary = _SUMMARY.dump_json(version.summary).decode()
    return {"summary": summary, "changes": version.changes.model_dump_json()}


def _version(row: Row[Any]) -> DatasetVersion:
    values = row._asdict()
    values["summary"] = _SUMMARY.validate_json(values["summary"])
    values["changes"] = Changes.model_validate_json(values["changes"])
    values["subset"] = values["subset"] and Subset.model_validate_json(values["subset"])
    return DatasetVersion.model_validate(values)
