"""Turns plain words into a set-up over several turns; only a yes to what was shown starts it."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool

from backend.access.keys import Caller
from backend.assistant.conversations import Conversation, Conversations
from backend.assistant.drafting import Draft
from backend.assistant.known import Knowing, Known
from backend.assistant.proposal import Reading
from backend.assistant.providers.base import Provider, ProviderFailed
from backend.assistant.question import read_by
from backend.assistant.remarks import Remark, telling
from backend.assistant.replies.composing import Composer
from backend.assistant.rules.assent import is_no, is_yes
from backend.assistant.rules.reader import read
from backend.assistant.rules.scanner import HANGUL, plain
from backend.assistant.seams import Trainings
from contract.chat import Intent, ReadBy, TrainingMessage, TrainingReply, TrainingSetup
from contract.jobs import Job
from contract.language import Language

USUAL_LANGUAGE: Language = "ko"


@dataclass(frozen=True)
class _Outcome:
    """What has come of a turn, in sentences; a job if it was a yes."""

    intent: Intent
    sentences: list[str]
    missing: tuple[str, ...] = ()
    job: Job | None = None
    read_by: ReadBy = ReadBy.RULES


@dataclass(frozen=True)
class _Turn:
    """What one turn needs to know."""

    conversation: Conversation
    known: Known
    today: date
    say: Composer

    def draft(self) -> Draft:
        """The set-up so far, without what is not there any more."""
        draft = Draft(self.conversation.setup, self.known, self.today)
        draft.let_go()
        return draft


class AssistantService:
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
                outcome = _cancel(turn)
            else:
                conversation.messages.append(said.message)
                outcome = await _change(turn, provider)
            return _reply(conversation, outcome)

    async def _turn(
        self, caller: Caller, conversation: Conversation, said: TrainingMessage
    ) -> _Turn:
        household = caller.household_id
        known = await run_in_threadpool(self._knowing.of, household)
        zone = await run_in_threadpool(self._zone, household)
        today = datetime.fromtimestamp(self._clock(), zone).date()
        language = said.language or _language_of(said.message) or conversation.language
        conversation.language = language or USUAL_LANGUAGE
        return _Turn(conversation, known, today, Composer(conversation.language, known))

    async def _confirm(self, turn: _Turn, caller: Caller, digest: str | None) -> _Outcome:
        """Start the set-up that was shown, if that is the one that is meant and still there."""
        conversation, draft = turn.conversation, turn.draft()
        meant = digest or conversation.shown or digest_of(draft.setup)
        if (job := conversation.started.get(meant)) is not None:
            said = turn.say.outcome("already_started", title=job.title)
            return _Outcome(Intent.CONFIRM, [said], job=job)
        if meant != conversation.shown:
            return _show(turn, draft, "another_one" if digest else "nothing_shown")
        if draft.setup != conversation.setup:
            return _show(turn, draft, None)
        title = _title(turn, draft.setup)
        job = await run_in_threadpool(self._trainings.ask, draft.setup, title, caller)
        conversation.started[meant], conversation.shown = job, None
        return _Outcome(Intent.CONFIRM, [turn.say.outcome("started", title=job.title)], job=job)


def digest_of(setup: TrainingSetup) -> str:
    """By which a yes names the set-up that it is to."""
    written = json.dumps(setup.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def _cancel(turn: _Turn) -> _Outcome:
    conversation = turn.conversation
    conversation.setup, conversation.shown = TrainingSetup(), None
    conversation.messages.clear()
    return _Outcome(Intent.CANCEL, [turn.say.outcome("cancelled")])


def _show(turn: _Turn, draft: Draft, outcome: str | None) -> _Outcome:
    """Start nothing, and show the set-up as it stands, to which a yes can be said then."""
    conversation = turn.conversation
    missing = draft.missing()
    sentences = [turn.say.outcome(outcome)] if outcome else []
    sentences += [*turn.say.remarks(draft.remarks), *_state(turn, draft, not missing)]
    conversation.setup = draft.setup
    conversation.shown = None if missing else digest_of(draft.setup)
    return _Outcome(Intent.CONFIRM, sentences, missing)


async def _change(turn: _Turn, provider: Provider | None) -> _Outcome:
    """Read the message, and take over what it says."""
    conversation, draft = turn.conversation, turn.draft()
    reading, told, reader = await _read(turn, draft.setup, provider)
    draft.take(reading.proposal)
    remarks = [*told, *reading.remarks, *draft.remarks]
    missing = draft.missing()
    is_ready = not missing and not any(remark.asks for remark in remarks)
    intent = reading.proposal.intent
    sentences = turn.say.remarks(remarks)
    if intent is Intent.ASK:
        sentences += turn.say.lists(draft.setup.recipe)
    elif intent is Intent.UNKNOWN and draft.setup == TrainingSetup():
        sentences.append(turn.say.outcome("unknown"))
    conversation.setup = draft.setup
    conversation.shown = digest_of(draft.setup) if is_ready else None
    sentences += _state(turn, draft, is_ready)
    return _Outcome(intent, sentences, missing, read_by=reader)


async def _read(
    turn: _Turn, setup: TrainingSetup, provider: Provider | None
) -> tuple[Reading, list[Remark], ReadBy]:
    """By the provider, or by the rules where there is none or it fails."""
    conversation = turn.conversation
    told: list[Remark] = []
    if provider is not None:
        if not conversation.was_told:
            told.append(telling("provider_told", provider=provider.title))
            conversation.was_told = True
        try:
            reading = await read_by(provider, conversation.messages, setup, turn.known, turn.today)
        except ProviderFailed as error:
            reason = error.failure.value
            told.append(telling("provider_failed", provider=provider.title, reason=reason))
        else:
            return reading, told, provider.read_by
    return read(conversation.messages[-1], setup, turn.known, turn.today), told, ReadBy.RULES


def _state(turn: _Turn, draft: Draft, is_ready: bool) -> list[str]:
    """The set-up and what is asked of it."""
    sentences = [*turn.say.setup(draft.setup), *turn.say.questions(draft)]
    return [*sentences, turn.say.ready()] if is_ready else sentences


def _title(turn: _Turn, setup: TrainingSetup) -> str:
    chosen = map(turn.known.version, setup.dataset_version_ids)
    names = ", ".join(version.name for version in chosen if version)
    return f"{turn.say.recipe(setup.recipe or '')}: {names}"[:200]


def _language_of(text: str) -> Language | None:
    """Korean where there is any, else English where there are Latin letters."""
    if HANGUL.search(text):
        return "ko"
    return "en" if any(sign.isascii() and sign.isalpha() for sign in text) else None


def _reply(conversation: Conversation, outcome: _Outcome) -> TrainingReply:
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
