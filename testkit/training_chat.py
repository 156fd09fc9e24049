"""Somebody who says things to an assistant that has no server around it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from backend.access.keys import HOUSEHOLD, Caller
from backend.plain_words.conversations import Conversations
from backend.plain_words.known import Knowing
from backend.plain_words.service import PlainWordsService
from backend.providers.base import Provider
from contract.chat import TrainingMessage, TrainingReply
from testkit.clock import Clock
from testkit.training_forms import (
    FORMS,
    SUNDAY_NOON,
    SomeDatasets,
    SomeTrainings,
    SomeVersions,
)


@dataclass
class Chat:
    """`say` goes on with the last conversation."""

    datasets: SomeDatasets = field(default_factory=SomeDatasets)
    trainings: SomeTrainings = field(default_factory=SomeTrainings)
    clock: Clock = field(default_factory=lambda: Clock(SUNDAY_NOON))
    provider: Provider | None = None
    caller: Caller = HOUSEHOLD
    conversation_id: str | None = None

    def __post_init__(self) -> None:
        self.conversations = Conversations(self.clock)
        self.service = PlainWordsService(
            Knowing(FORMS, self.datasets, SomeVersions()),
            self.trainings,
            lambda _household: ZoneInfo("Asia/Seoul"),
            self.clock,
            self.conversations,
        )

    def say(self, message: str = "", **more: Any) -> TrainingReply:
        """The answer to one turn."""
        more = {"conversation_id": self.conversation_id, **more}
        said = TrainingMessage(message=message, **more)
        reply = asyncio.run(self.service.answer(self.caller, said, self.provider))
        self.conversation_id = reply.conversation_id
        return reply
