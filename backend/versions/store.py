"""The tables of versions and aliases, asked and changed within a transaction of the caller's.

Of each recipe one version is in production: the one that the alias names, else the one that ships.
"""

import json
from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from backend.versions.tables import alias_moves, aliases, versions
from contract.versions import Alias, AliasMove, Version

_STORED = [name for name in Version.model_fields if name != "aliases"]
_SHOWN = [versions.c[name] for name in _STORED]
_JSON = ("files", "metrics", "dataset_version_ids")
_MOVE = [alias_moves.c[name] for name in AliasMove.model_fields]


def add(db: Connection, version: Version) -> None:
    """A new version."""
    values = version.model_dump(mode="json", exclude={"aliases"})
    db.execute(insert(versions).values(values | {name: json.dumps(values[name]) for name in _JSON}))


def find(db: Connection, version_id: str, household_id: int) -> Version | None:
    """The version of this id, if it is one of this household."""
    found = _matching(db, household_id, versions.c.id == version_id)
    return found[0] if found else None


def lock(db: Connection, version_id: str) -> None:
    """Let nobody else remove it, or name it, before this transaction ends."""
    db.execute(select(versions.c.id).where(versions.c.id == version_id).with_for_update())


def of_job(db: Connection, job_id: str, household_id: int) -> Version | None:
    """The version that a job has made."""
    found = _matching(db, household_id, versions.c.job_id == job_id)
    return found[0] if found else None


def newest(db: Connection, household_id: int, recipe: str | None) -> list[Version]:
    """Those of a recipe, or of all, newest first."""
    return _matching(db, household_id, *([versions.c.recipe == recipe] if recipe else []))


def remove(db: Connection, version_id: str, now: float) -> None:
    """It is there no more, and names none of its files; the moves that name it stay."""
    gone = {"removed_at": now, "files": "{}"}
    db.execute(update(versions).where(versions.c.id == version_id).values(gone))


def ship(db: Connection, version: Version) -> None:
    """Let this be the one of its recipe that ships, also if it was removed or did so before."""
    if shipped(db, version.household_id).get(version.recipe) == version.id:
        return
    files = json.dumps(version.files)
    again = {"removed_at": None, "created_at": version.created_at, "files": files}
    mine = versions.c.id == version.id
    if not db.execute(update(versions).where(mine).values(again)).rowcount:
        # Servers that start at once ship the same: the first one has it then.
        with suppress(IntegrityError), db.begin_nested():
            add(db, version)


def learnt_from(
    db: Connection, dataset_version_ids: Collection[str], household_id: int
) -> list[Version]:
    """Those that are there and have learnt from one of these, or go back to one that has."""
    of = versions.c
    query = select(of.id, of.base_id, of.dataset_version_ids).order_by(of.number)
    learnt = set[str]()
    for row in db.execute(query):  # each comes after its base
        if row.base_id in learnt or not set(json.loads(row.dataset_version_ids)).isdisjoint(
            dataset_version_ids
        ):
            learnt.add(row.id)
    return [version for version in newest(db, household_id, None) if version.id in learnt]


def are_known(db: Connection, ids: Collection[str]) -> bool:
    """Whether there is a row of each, removed or not."""
    found = db.scalar(select(func.count()).where(versions.c.id.in_(ids)))
    return found == len(ids)


def shipped(db: Connection, household_id: int) -> dict[str, str]:
    """The version of each recipe that ships."""
    of = versions.c
    query = select(of.recipe, of.id).where(
        of.household_id == household_id, of.job_id.is_(None), of.removed_at.is_(None)
    )
    return {row.recipe: row.id for row in db.execute(query.order_by(of.created_at, of.number))}


def named(db: Connection, recipe: str, alias: Alias, household_id: int) -> str | None:
    """The id of the version that an alias names."""
    of = aliases.c
    mine = of.household_id == household_id, of.recipe == recipe, of.alias == alias
    found: str | None = db.scalar(select(of.version_id).where(*mine))
    if found is None and alias is Alias.PRODUCTION:
        return shipped(db, household_id).get(recipe)
    return found


def move(db: Connection, move: AliasMove, household_id: int) -> None:
    """Let the alias name another version, and note it."""
    of = aliases.c
    mine = of.household_id == household_id, of.recipe == move.recipe, of.alias == move.alias
    values = {"version_id": move.to_version_id, "moved_at": move.at}
    if not db.execute(update(aliases).where(*mine).values(values)).rowcount:
        key = {"household_id": household_id, "recipe": move.recipe, "alias": move.alias}
        db.execute(insert(aliases).values(key | values))
    db.execute(insert(alias_moves).values(move.model_dump() | {"household_id": household_id}))


def moves(db: Connection, household_id: int, recipe: str | None) -> list[AliasMove]:
    """Who moved which alias, newest first."""
    query = select(*_MOVE).where(alias_moves.c.household_id == household_id)
    if recipe is not None:
        query = query.where(alias_moves.c.recipe == recipe)
    rows = db.execute(query.order_by(alias_moves.c.number.desc()))
    return [AliasMove.model_validate(row._asdict()) for row in rows]


def has_served(db: Connection, version_id: str) -> bool:
    """Whether it was in production before."""
    of = alias_moves.c
    query = select(func.count()).where(
        of.alias == Alias.PRODUCTION,
        or_(of.from_version_id == version_id, of.to_version_id == version_id),
    )
    return bool(db.scalar(query))


def _matching(db: Connection, household_id: int, *conditions: Any) -> list[Version]:
    of = versions.c
    query = select(*_SHOWN).where(
        of.household_id == household_id, of.removed_at.is_(None), *conditions
    )
    names = _aliases(db, household_id)
    rows = db.execute(query.order_by(of.created_at.desc(), of.number.desc()))
    return [_version(row, tuple(names[row.id])) for row in rows]


def _aliases(db: Connection, household_id: int) -> defaultdict[str, list[Alias]]:
    """What each version is named as, by its id."""
    of = aliases.c
    query = select(of.recipe, of.alias, of.version_id).where(of.household_id == household_id)
    found = {(row.recipe, Alias(row.alias)): row.version_id for row in db.execute(query)}
    defaults = shipped(db, household_id).items()
    found = {(recipe, Alias.PRODUCTION): version_id for recipe, version_id in defaults} | found
    names = defaultdict[str, list[Alias]](list)
    for (_, alias), version_id in sorted(found.items()):
        names[version_id].append(alias)
    return names


def _version(row: Row[Any], names: tuple[Alias, ...]) -> Version:
    values = row._asdict() | {"aliases": names}
    return Version.model_validate(values | {name: json.loads(values[name]) for name in _JSON})
