"""Conversations: in memory, each of one person, and bounded in number, length and age."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from backend.access.keys import Caller
from backend.plain_words.errors import ConversationBusy, ConversationOver, UnknownConversation
from contract.chat import TrainingSetup
from contract.jobs import Job
from contract.language import Language

MAX_CONVERSATIONS = 200
MAX_OF_ONE = 10
MAX_TURNS = 50
MAX_AGE_SEC = 3600.0
"""Since the last turn."""

Who = tuple[int, int | None]
"""A household, and the person of it, or None for whoever has its key."""


@dataclass
class Conversation:
    """What has been said, and how far the set-up has come.

    A yes starts the set-up of the digest `shown`. `started` are the jobs that came of a yes, by the
    digests of their set-ups.
    """

    id: str
    who: Who
    last_at: float
    setup: TrainingSetup = field(default_factory=TrainingSetup)
    shown: str | None = None
    started: dict[str, Job] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    language: Language | None = None
    was_told: bool = False
    """What is sent to a provider."""
    turns: int = 0
    is_busy: bool = False


class Conversations:
    """For one event loop; the oldest give way."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, Conversation] = {}

    @contextmanager
    def turn(self, caller: Caller, conversation_id: str | None) -> Iterator[Conversation]:
        """The conversation that the caller goes on with, or begins.

        Raises UnknownConversation, ConversationBusy and ConversationOver.
        """
        self._forget_old()
        who = (caller.household_id, caller.person_id)
        found = self._find(conversation_id, who) if conversation_id else self._begin(who)
        found.is_busy, found.last_at = True, self._clock()
        found.turns += 1
        try:
            yield found
        finally:
            found.is_busy = False

    def __len__(self) -> int:
        return len(self._kept)

    def _find(self, conversation_id: str, who: Who) -> Conversation:
        found = self._kept.get(conversation_id)
        if found is None or found.who != who:
            raise UnknownConversation("no such conversation: leave conversation_id out to begin")
        if found.is_busy:
            raise ConversationBusy("expected the answer to the message before first")
        if found.turns >= MAX_TURNS:
            raise ConversationOver(f"expected at most {MAX_TURNS} turns: begin another one")
        return found

    def _begin(self, who: Who) -> Conversation:
        of_one = [it for it in self._kept.values() if it.who == who]
        self._make_room(of_one, MAX_OF_ONE)
        self._make_room(list(self._kept.values()), MAX_CONVERSATIONS)
        begun = Conversation(secrets.token_urlsafe(16), who, self._clock())
        self._kept[begun.id] = begun
        return begun

    def _make_room(self, among: list[Conversation], most: int) -> None:
        if len(among) >= most:
            del self._kept[min(among, key=lambda it: (it.is_busy, it.last_at)).id]

    def _forget_old(self) -> None:
        oldest = self._clock() - MAX_AGE_SEC
        for old in [it for it in self._kept.values() if it.last_at < oldest]:
            del self._kept[old.id]
