"""Questions in words, answered by a model of others with the tools, and kept as conversations."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from backend.access.keys import Caller
from backend.assistant.answering import Answering, OutOfTokens
from backend.assistant.cache import AnswerCache, key_of
from backend.assistant.conversations import Conversations
from backend.assistant.errors import NoProviderKey
from backend.assistant.failures import failure_of
from backend.assistant.going import Going
from backend.assistant.history import history_of
from backend.assistant.prompt import instructions
from backend.assistant.seams import People, Tools
from backend.assistant.store import Exchange
from backend.assistant.telling import Tell, TextSaid, tell_nobody
from backend.assistant.toolbox import Toolbox
from backend.assistant.usage import UsageMeter
from backend.assistant.words import words_of
from backend.providers.base import Provider, ProviderFailed
from backend.providers.choice import KEY_HEADERS
from backend.providers.patience import Patience
from backend.providers.talk import Utterance
from contract.assistant import ChatAnswer, ChatAsked, ConversationShown, Spoken, ToolCall
from contract.language import Language

USUAL_LANGUAGE: Language = "ko"


@dataclass(frozen=True)
class _Turn:
    """One message, and all that its answer depends on."""

    caller: Caller
    asked: ChatAsked
    language: Language
    conversation: ConversationShown
    toolbox: Toolbox
    since: int
    """How often all was forgotten before."""


class AssistantService:
    """For one event loop; what waits for a database does so in a thread. `clock` as time.time."""

    def __init__(
        self,
        conversations: Conversations,
        usage: UsageMeter,
        tools: Tools,
        people: People,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.conversations, self.usage = conversations, usage
        self._tools, self._people = tools, people
        self._patience, self._clock = patience or Patience(), clock
        self._cache = AnswerCache()
        self._going = Going()

    async def answer(
        self, caller: Caller, asked: ChatAsked, provider: Provider | None, tell: Tell = tell_nobody
    ) -> ChatAnswer:
        """The answer, of which `tell` hears while it comes about.

        Raises the errors of `errors.py`. Who cancels it stops the work.
        """
        language = await run_in_threadpool(self.language_of, caller, asked.language)
        words = words_of(language)
        if provider is None:
            raise NoProviderKey(words.no_key.format(headers=", ".join(KEY_HEADERS)))
        with self._going.one(caller, words.going):
            turn = await run_in_threadpool(self._turn, caller, asked, language)
            left = await run_in_threadpool(self.usage.take_message, caller, words)
            key = self._key(turn, provider)
            if given := await run_in_threadpool(self._given, turn, key):
                return await self._again(turn, *given, tell)
            return await self._new(turn, key, left, provider, tell)

    def erase_about(self, household_id: int, since: float, until: float) -> int:
        """Forget all answers, and erase the conversations that stand on the record of this time.

        How many. Any thread; in seconds since 1970.
        """
        erased = self.conversations.erase_about(household_id, since, until)
        self._cache.clear()
        return erased

    async def _new(
        self, turn: _Turn, key: str, left: int, provider: Provider, tell: Tell
    ) -> ChatAnswer:
        """An answer by the provider."""
        answering = self._answering(turn, left, provider, tell)
        text = await self._text(turn.caller, answering)
        answer = ChatAnswer(
            response=text,
            tool_calls=tuple(answering.calls),
            token_usage=answering.usage,
            conversation_id=turn.conversation.id,
            unproved=answering.unproved,
        )
        if not answer.unproved and self.conversations.forgotten == turn.since:
            self._cache.keep(key, text, answer.tool_calls)
        await self._keep(turn, answer)
        return answer

    async def _text(self, caller: Caller, answering: Answering) -> str:
        """What the model says; its tokens are counted, however it ends."""
        try:
            return await answering.text()
        except ProviderFailed as failed:
            raise failure_of(failed, answering.provider, answering.words) from None
        except OutOfTokens:
            raise self.usage.out_of_tokens(caller, answering.words) from None
        finally:
            # Here, and not in a thread: who leaves has used them all the same.
            self.usage.note(caller, answering.usage)

    async def _again(
        self, turn: _Turn, response: str, calls: Sequence[ToolCall], tell: Tell
    ) -> ChatAnswer:
        """An answer that was given before."""
        for call in calls:
            tell(call)
        tell(TextSaid(1, response))
        answer = ChatAnswer(
            response=response,
            tool_calls=tuple(calls),
            cache_hit=True,
            conversation_id=turn.conversation.id,
        )
        await self._keep(turn, answer)
        return answer

    def _answering(self, turn: _Turn, left: int, provider: Provider, tell: Tell) -> Answering:
        table, today = turn.conversation.table, self.usage.today(turn.caller)
        asked = Utterance("user", turn.asked.message)
        return Answering(
            provider,
            self._patience,
            turn.toolbox,
            instructions(turn.language, today, table),
            [*history_of(turn.conversation.turns), asked],
            words_of(turn.language),
            tell,
            left,
        )

    def _turn(self, caller: Caller, asked: ChatAsked, language: Language) -> _Turn:
        since = self.conversations.forgotten
        conversation = self.conversations.opened(caller, asked, self._clock())
        toolbox = Toolbox(self._tools, caller, language, conversation.table)
        return _Turn(caller, asked, language, conversation, toolbox, since)

    async def _keep(self, turn: _Turn, answer: ChatAnswer) -> None:
        now = self._clock()
        said = Spoken(
            role="assistant",
            text=answer.response,
            at=now,
            tool_calls=answer.tool_calls,
            unproved=answer.unproved,
        )
        exchange = Exchange(turn.asked.message, now, said)
        keep = self.conversations.keep
        await run_in_threadpool(keep, turn.caller, turn.conversation, exchange, turn.since)

    def _key(self, turn: _Turn, provider: Provider) -> str:
        """The same for who may see the same, and asks the same after the same was said."""
        caller, conversation = turn.caller, turn.conversation
        who = caller.household_id, caller.role
        how = provider.read_by, provider.model, turn.language, turn.toolbox.digest
        before = [(it.role, it.text) for it in conversation.turns]
        today = self.usage.today(caller)
        return key_of(turn.asked.message, who, how, conversation.table, today, before)

    def _given(self, turn: _Turn, key: str) -> tuple[str, list[ToolCall]] | None:
        """An answer that was given before, if all of its calls have the same answer now."""
        given = self._cache.find(key)
        if given is None:
            return None
        calls = []
        for it in given.calls:
            call = turn.toolbox.ask_again(it)
            if call is None:
                return None
            calls.append(call)
        return given.response, calls

    def language_of(self, caller: Caller, wanted: Language | None = None) -> Language:
        """What is wanted, or the person's, or the household's."""
        if wanted is not None:
            return wanted
        person = self._people.person(caller.person_id) if caller.person_id else None
        who = person or self._people.household(caller.household_id)
        return who.language if who else USUAL_LANGUAGE
