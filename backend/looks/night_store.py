"""The table of the looks that are chosen for the night, within a transaction of the caller's."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from backend.looks.tables import night_looks
from contract.deployments import EdgePackage


@dataclass(frozen=True)
class Choice:
    """A look as camera boxes get it, or none; who chose so, and when."""

    look_id: str | None
    package: EdgePackage | None
    sequence: int
    chosen_by: int | None
    chosen_at: float


def keep(db: Connection, household_id: int, choice: Choice) -> None:
    """Let this be the household's choice."""
    package = choice.package and choice.package.model_dump_json()
    values = vars(choice) | {"package": package}
    mine = night_looks.c.household_id == household_id
    if not db.execute(update(night_looks).where(mine).values(values)).rowcount:
        db.execute(insert(night_looks).values(values | {"household_id": household_id}))


def sequence(db: Connection, household_id: int) -> int:
    """Of the last choice; 0 before the first."""
    of = night_looks.c
    return db.scalar(select(of.sequence).where(of.household_id == household_id)) or 0


def package(db: Connection, household_id: int) -> EdgePackage | None:
    """What was chosen last; None where nothing is."""
    of = night_looks.c
    found = db.scalar(select(of.package).where(of.household_id == household_id))
    return EdgePackage.model_validate_json(found) if found else None
