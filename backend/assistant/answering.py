"""One answer: the model and the tools in turns, and the numbers of what it says looked for."""

import asyncio
from dataclasses import dataclass, field, replace

from starlette.concurrency import run_in_threadpool

from backend.assistant.fence import without_unseen
from backend.assistant.proof.check import unproved
from backend.assistant.results import told
from backend.assistant.telling import Tell, TextSaid
from backend.assistant.toolbox import Toolbox
from backend.assistant.words import Words
from backend.errors import ApiError
from backend.providers.base import Failure, Provider, ProviderFailed
from backend.providers.patience import Patience
from backend.providers.talk import (
    CallResult,
    Message,
    ModelTurn,
    Results,
    Talk,
    Utterance,
    WantedCall,
)
from contract.assistant import TokenUsage, ToolCall

MAX_ROUNDS, MAX_CALLS = 8, 16
"""Turns that want calls until the model is to speak, and calls of one answer."""
ANSWER_SEC = 600.0
"""Of all its turns and calls."""
MAX_TEXT = 20_000
"""Characters of an answer; what is longer is cut off."""
NO_MORE_CALLS = "expected no further call in this answer: say what the results so far have"


class OutOfTokens(Exception):
    """The answer has used more than the caller may use today."""


@dataclass
class Answering:
    """`calls` and `usage` are those so far, also when it ends early.

    Raises ProviderFailed and OutOfTokens.
    """

    provider: Provider
    patience: Patience
    toolbox: Toolbox
    instructions: str
    messages: list[Message]
    words: Words
    tell: Tell
    tokens_left: int
    calls: list[ToolCall] = field(default_factory=list)
    usage: TokenUsage = field(default_factory=TokenUsage)
    unproved: tuple[str, ...] = ()
    _round: int = 0
    _heard: int = 0

    async def text(self) -> str:
        """What the model says once it wants no more calls; it may correct itself once."""
        try:
            async with asyncio.timeout(ANSWER_SEC):
                return await self._text()
        except TimeoutError:
            raise ProviderFailed(Failure.TIMEOUT) from None

    async def _text(self) -> str:
        turn = await self._said()
        self.unproved = await run_in_threadpool(unproved, turn.text, self.calls)
        if not self.unproved:
            return turn.text or self.words.no_answer
        try:
            corrected = await self._corrected(turn)
        except (ProviderFailed, OutOfTokens):
            return turn.text
        found = await run_in_threadpool(unproved, corrected.text, self.calls)
        if not corrected.text or len(found) > len(self.unproved):
            return turn.text
        self.unproved = found
        return corrected.text

    async def _corrected(self, turn: ModelTurn) -> ModelTurn:
        asked = self.words.unproved.format(numbers=", ".join(self.unproved))
        self.messages += [turn, Utterance("user", asked)]
        return await self._said()

    async def _said(self) -> ModelTurn:
        """The next turn of the model that wants no calls, or whose calls are too many."""
        turn = await self._turn()
        for number in range(MAX_ROUNDS):
            if not turn.calls:
                break
            is_last = number == MAX_ROUNDS - 1
            self.messages += [turn, await self._results(turn.calls, is_last=is_last)]
            turn = await self._turn()
        return turn

    async def _turn(self) -> ModelTurn:
        if self.usage.input_tokens + self.usage.output_tokens >= self.tokens_left:
            raise OutOfTokens
        self._begin_round()
        talk = Talk(self.instructions, tuple(self.messages), self.toolbox.offered)
        turn = await self.patience.turn(self.provider, talk, self._hear, self._begin_round)
        turn = replace(turn, text=without_unseen(turn.text[:MAX_TEXT]))
        self.usage = TokenUsage(
            input_tokens=self.usage.input_tokens + turn.usage.input_tokens,
            output_tokens=self.usage.output_tokens + turn.usage.output_tokens,
        )
        return turn

    def _begin_round(self) -> None:
        self._round, self._heard = self._round + 1, 0

    def _hear(self, text: str) -> None:
        """What is cut off of the answer is not told either."""
        room, self._heard = MAX_TEXT - self._heard, self._heard + len(text)
        if room > 0:
            self.tell(TextSaid(self._round, without_unseen(text[:room])))

    async def _results(self, wanted: tuple[WantedCall, ...], *, is_last: bool) -> Results:
        return tuple([await self._result(it, is_last=is_last) for it in wanted])

    async def _result(self, wanted: WantedCall, *, is_last: bool) -> CallResult:
        if is_last or len(self.calls) >= MAX_CALLS:
            return CallResult(wanted, NO_MORE_CALLS, is_error=True)
        call_id = str(len(self.calls) + 1)
        try:
            answer = await run_in_threadpool(self.toolbox.ask, wanted)
            call = ToolCall(id=call_id, answer=answer)
        except ApiError as error:
            call = ToolCall(id=call_id, error=error.message)
        self.calls.append(call)
        self.tell(call)
        return CallResult(wanted, told(call), is_error=call.answer is None)
