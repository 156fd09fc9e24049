"""The history of predictions, asked and changed within a caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select

from backend.tabular.tables import predictions
from contract.tabular import KeptPrediction, TabularAnswer, TabularRow

_OF_ANSWER = set(KeptPrediction.model_fields) - {"at", "row"}
_SHOWN = [predictions.c[name] for name in KeptPrediction.model_fields]


@dataclass(frozen=True, slots=True)
class Entry:
    """What was answered to a household's row, and when."""

    household_id: int
    at: float
    row: TabularRow
    answer: TabularAnswer

    @property
    def prediction(self) -> KeptPrediction:
        """As it is shown."""
        return KeptPrediction(
            at=self.at, row=self.row, **self.answer.model_dump(include=_OF_ANSWER)
        )


@dataclass(frozen=True)
class Wanted:
    """Which predictions of a model; None leaves it open. `since` and `until` are since 1970.

    `before` is the id of one that was listed already.
    """

    household_id: int
    model: str
    version: str | None = None
    since: float | None = None
    until: float | None = None
    before: str | None = None

    def has(self, entry: Entry) -> bool:
        """Whether it is one of these, whatever came before."""
        answer = entry.answer
        return (
            (entry.household_id, answer.model) == (self.household_id, self.model)
            and self.version in (None, answer.version)
            and (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
        )


def add(db: Connection, entries: Sequence[Entry]) -> None:
    """Keep these, in their order."""
    db.execute(insert(predictions), [_written(entry) for entry in entries])


def number_of(db: Connection, wanted: Wanted) -> int | None:
    """Where the prediction stands that these come `before`; None where it is not there."""
    of = predictions.c
    this = of.prediction_id == wanted.before, of.model == wanted.model
    number: int | None = db.scalar(
        select(of.number).where(*this, of.household_id == wanted.household_id)
    )
    return number


def newest(
    db: Connection, wanted: Wanted, limit: int, before: int | None = None
) -> list[KeptPrediction]:
    """Those that are wanted and stand before this number, newest first."""
    of = predictions.c
    query = select(*_SHOWN).where(*_of(wanted))
    if before is not None:
        query = query.where(of.number < before)
    return [_read(row) for row in db.execute(query.order_by(of.number.desc()).limit(limit))]


def count(db: Connection, wanted: Wanted) -> int:
    """How many are wanted, whatever they come before."""
    query = select(func.count()).select_from(predictions).where(*_of(wanted))
    return db.scalar(query) or 0


def trim(db: Connection, most: int, before: float) -> None:
    """Forget all but the newest `most`, and what is older than `before`."""
    of = predictions.c
    newest_number = db.scalar(select(func.max(of.number))) or 0
    db.execute(delete(predictions).where(of.number <= newest_number - most))
    oldest_at = db.scalar(select(of.at).order_by(of.number).limit(1))
    if oldest_at is not None and oldest_at < before:
        db.execute(delete(predictions).where(of.at < before))


def erase(db: Connection, wanted: Wanted) -> int:
    """Forget those that are wanted, whatever they come before; how many."""
    return db.execute(delete(predictions).where(*_of(wanted))).rowcount


def _of(wanted: Wanted) -> list[ColumnElement[bool]]:
    of = predictions.c
    conditions = [of.household_id == wanted.household_id, of.model == wanted.model]
    if wanted.version is not None:
        conditions.append(of.version == wanted.version)
    if wanted.since is not None:
        conditions.append(of.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(of.at < wanted.until)
    return conditions


def _written(entry: Entry) -> dict[str, Any]:
    values = {name: getattr(entry.answer, name) for name in _OF_ANSWER}
    row = to_json(entry.row).decode()
    return values | {"household_id": entry.household_id, "at": entry.at, "row": row}


def _read(row: Row[Any]) -> KeptPrediction:
    values = row._asdict()
    return KeptPrediction.model_validate(values | {"row": from_json(values["row"])})
