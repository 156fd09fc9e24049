"""What a provider is asked, and what may go wrong with it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from pydantic import JsonValue

from backend.providers.talk import Hear, ModelTurn, Talk, Utterance
from contract.chat import ReadBy


class Failure(StrEnum):
    """Why a provider has given no answer; the names of the sentences that say so."""

    TIMEOUT = "timeout"
    BUSY = "busy"
    KEY = "key"
    AWAY = "away"
    FAILED = "failed"
    REFUSED = "refused"
    GARBAGE = "garbage"
    CUT = "cut"
    """The answer ended in the middle."""


class ProviderFailed(Exception):
    """There is no answer. It carries nothing of what was sent or received.

    It may be asked again after `retry_after` seconds; None where that is of no use.
    """

    def __init__(self, failure: Failure, retry_after: float | None = None) -> None:
        super().__init__(failure.value)
        self.failure, self.retry_after = failure, retry_after


@dataclass(frozen=True)
class Question:
    """What a provider is told, and the JSON schema of what it is to answer.

    The schema keeps to what all of them take: each object lists all of its fields as required and
    takes no others, and nothing has a range.
    """

    instructions: str
    utterances: tuple[Utterance, ...]
    schema_name: str
    schema: dict[str, Any]


class Provider(Protocol):
    """A language model of others."""

    @property
    def read_by(self) -> ReadBy:
        """Which kind it is."""

    @property
    def title(self) -> str:
        """What people are told that it is."""

    @property
    def model(self) -> str:
        """Which of its models answers."""

    async def ask(self, question: Question) -> JsonValue:
        """Its answer, unchecked; raises ProviderFailed."""

    async def talk(self, talk: Talk, hear: Hear) -> ModelTurn:
        """Its next turn of a talk; `hear` is given the text as it comes. Raises ProviderFailed."""
