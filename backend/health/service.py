"""The state of each part of the server, as `/health` shows it."""

from collections.abc import Callable, Mapping

from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError

from backend.part import Part, Status, part


class Health(BaseModel):
    """`status` is "ok" only while every part is; each part stands under its name."""

    model_config = ConfigDict(extra="allow")

    status: Status


class HealthService:
    """Asks each part how it is; every answer is at hand, so it never waits."""

    def __init__(self, parts: Mapping[str, Callable[[], Part]]) -> None:
        self._parts = parts

    def check(self) -> Health:
        """The state of every part now."""
        parts = {name: _answer(ask) for name, ask in self._parts.items()}
        well = all(each.status == "ok" for each in parts.values())
        return Health(status="ok" if well else "degraded", **parts)

    def is_well(self) -> bool:
        """Whether every part is."""
        return self.check().status == "ok"


def _answer(ask: Callable[[], Part]) -> Part:
    """A part whose figures are in a database that is away keeps no other from its answer."""
    try:
        return ask()
    except SQLAlchemyError:
        return part("the database does not answer")
