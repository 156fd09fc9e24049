"""The state of each part of the server, as `/health` shows it."""

from collections.abc import Callable, Mapping
from functools import partial

from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError

from backend.access.keys import FIRST_HOUSEHOLD
from backend.part import Part, Status, part


class Health(BaseModel):
    """`status` is "ok" only while every part is; each part stands under its name."""

    model_config = ConfigDict(extra="allow")

    status: Status


SERVER_FAILS = "something of the server itself does not work: whoever runs it sees what"


class HealthService:
    """Asks each part how it is; every answer is at hand, so it never waits.

    Those `of_household` answer for one household. Those `of_server` are for the first one, which
    runs the server: all others hear in general words whether they are well.
    """

    def __init__(
        self,
        of_server: Mapping[str, Callable[[], Part]],
        of_household: Mapping[str, Callable[[int], Part]],
    ) -> None:
        self._of_server, self._of_household = of_server, of_household

    def check(self, household_id: int) -> Health:
        """The state of every part now, as a household is to hear it."""
        servers = {name: _answer(ask) for name, ask in self._of_server.items()}
        if household_id != FIRST_HOUSEHOLD:
            servers = {"server": part(None if _are_well(servers) else SERVER_FAILS)}
        asked = {name: partial(ask, household_id) for name, ask in self._of_household.items()}
        parts = servers | {name: _answer(ask) for name, ask in asked.items()}
        return Health(status="ok" if _are_well(parts) else "degraded", **parts)

    def is_well(self) -> bool:
        """Whether every part is, of the server and of the household that runs it."""
        return self.check(FIRST_HOUSEHOLD).status == "ok"


def _are_well(parts: Mapping[str, Part]) -> bool:
    return all(each.status == "ok" for each in parts.values())


def _answer(ask: Callable[[], Part]) -> Part:
    """A part whose figures are in a database that is away keeps no other from its answer."""
    try:
        return ask()
    except SQLAlchemyError:
        return part("the database does not answer")
