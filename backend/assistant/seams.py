"""What the assistant asks of other rooms."""

from collections.abc import Sequence
from typing import Protocol
from zoneinfo import ZoneInfo

from backend.access.keys import Caller
from contract.language import Language
from contract.tools import ToolAnswer, ToolAsked, ToolInfo


class Tools(Protocol):
    """The room of tools: each only reads, with the rights of the caller."""

    def tools(self, language: Language, /) -> Sequence[ToolInfo]:
        """All of them."""

    def ask(self, caller: Caller, name: str, asked: ToolAsked, /) -> ToolAnswer:
        """What it answers; raises ApiError."""


class Member(Protocol):
    """Somebody who can log in."""

    @property
    def language(self) -> Language:
        """In which they are spoken to."""


class People(Protocol):
    """The room of people."""

    def zone(self, household_id: int, /) -> ZoneInfo:
        """Of which a household's days are."""

    def person(self, person_id: int, /) -> Member | None:
        """One person."""

    def household(self, household_id: int, /) -> Member | None:
        """The household, which has a language too."""
