"""Turns plain words into a set-up over several turns; only a yes to what was shown starts it."""

import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool

from backend.access.keys import Caller
from backend.errors import shorten
from backend.plain_words.conversations import Conversation, Conversations
from backend.plain_words.known import Knowing, Known
from backend.plain_words.replies.composing import Composer
from backend.plain_words.rules.assent import is_no, is_yes
from backend.plain_words.rules.scanner import HANGUL, names_of, plain
from backend.plain_words.seams import Trainings
from backend.plain_words.turn import Outcome, Turn, digest_of
from backend.providers.base import Provider
from contract.chat import Intent, TrainingMessage, TrainingReply, TrainingSetup
from contract.language import Language

USUAL_LANGUAGE: Language = "ko"


class PlainWordsService:
    """For one event loop; what waits for a database does so in a thread."""

    def __init__(
        self,
        knowing: Knowing,
        trainings: Trainings,
        zone: Callable[[int], ZoneInfo],
        clock: Callable[[], float] = time.time,
        conversations: Conversations | None = None,
    ) -> None:
        self._knowing, self._trainings, self._zone = knowing, trainings, zone
        self._clock = clock
        self._conversations = conversations or Conversations()

    async def answer(
        self, caller: Caller, said: TrainingMessage, provider: Provider | None = None
    ) -> TrainingReply:
        """The answer to one turn of `caller`; `provider` reads what is no mere yes or no.

        Raises the errors of conversations, DatabaseUnavailable, and what the training refuses.
        """
        with self._conversations.turn(caller, said.conversation_id) as conversation:
            turn = await self._turn(caller, conversation, said)
            text = plain(said.message)
            if said.confirm or is_yes(text):
                outcome = await self._confirm(turn, caller, said.digest)
            elif is_no(text):
                outcome = turn.cancel()
            else:
                conversation.messages.append(said.message)
                outcome = await turn.change(provider)
            return _reply(conversation, outcome)

    async def _turn(
        self, caller: Caller, conversation: Conversation, said: TrainingMessage
    ) -> Turn:
        household = caller.household_id
        known = await run_in_threadpool(self._knowing.of, household)
        zone = await run_in_threadpool(self._zone, household)
        today = datetime.fromtimestamp(self._clock(), zone).date()
        language = said.language or _language_of(said.message, known) or conversation.language
        conversation.language = language or USUAL_LANGUAGE
        return Turn(conversation, known, today, Composer(conversation.language, known))

    async def _confirm(self, turn: Turn, caller: Caller, digest: str | None) -> Outcome:
        """Start the set-up that was shown, if that is the one that is meant and still there."""
        conversation, draft = turn.conversation, turn.draft()
        meant = digest or conversation.shown or digest_of(draft.setup)
        if (job := conversation.started.get(meant)) is not None:
            said = turn.say.outcome("already_started", title=job.title)
            return Outcome(Intent.CONFIRM, [said], job=job)
        if meant != conversation.shown:
            whole = "nothing_shown" if draft.missing() else "as_it_stands"
            return turn.show(draft, "another_one" if digest else whole)
        if draft.setup != conversation.setup:
            return turn.show(draft, None)
        title = _title(turn, draft.setup)
        job = await run_in_threadpool(self._trainings.ask, draft.setup, title, caller)
        conversation.started[meant], conversation.shown = job, None
        return Outcome(Intent.CONFIRM, [turn.say.outcome("started", title=job.title)], job=job)


def _title(turn: Turn, setup: TrainingSetup) -> str:
    chosen = map(turn.known.version, setup.dataset_version_ids)
    names = ", ".join(version.name for version in chosen if version)
    return shorten(f"{turn.say.recipe(setup.recipe or '')}: {names}")


def _language_of(message: str, known: Known) -> Language | None:
    """Korean where there is any, else English where there are Latin letters; names say nothing."""
    text = plain(message)
    for name in sorted(names_of(known), key=len, reverse=True):
        text = text.replace(name, "")
    if HANGUL.search(text):
        return "ko"
    return "en" if any(sign.isascii() and sign.isalpha() for sign in text) else None


def _reply(conversation: Conversation, outcome: Outcome) -> TrainingReply:
    return TrainingReply(
        conversation_id=conversation.id,
        intent=outcome.intent,
        read_by=outcome.read_by,
        setup=conversation.setup,
        missing=outcome.missing,
        reply="\n".join(outcome.sentences),
        ready=conversation.shown is not None,
        digest=conversation.shown,
        job=outcome.job,
    )
