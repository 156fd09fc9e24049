"""One turn of a conversation: the message is read, and the set-up is changed and shown."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from backend.plain_words.conversations import Conversation
from backend.plain_words.drafting import Draft
from backend.plain_words.known import Known
from backend.plain_words.proposal import Reading
from backend.plain_words.question import read_by
from backend.plain_words.remarks import Remark, telling
from backend.plain_words.replies.composing import Composer
from backend.plain_words.rules.reader import read
from backend.providers.base import Provider, ProviderFailed
from contract.chat import Intent, ReadBy, TrainingSetup
from contract.jobs import Job


@dataclass(frozen=True)
class Outcome:
    """What has come of a turn, in sentences; a job if it was a yes."""

    intent: Intent
    sentences: list[str]
    missing: tuple[str, ...] = ()
    job: Job | None = None
    read_by: ReadBy = ReadBy.RULES


@dataclass(frozen=True)
class Turn:
    """What there is to know in it; its methods change the conversation."""

    conversation: Conversation
    known: Known
    today: date
    say: Composer

    def draft(self) -> Draft:
        """The set-up so far, without what is not there any more."""
        draft = Draft(self.conversation.setup, self.known, self.today)
        draft.let_go()
        return draft

    def cancel(self) -> Outcome:
        """Begin again."""
        self.conversation.setup, self.conversation.shown = TrainingSetup(), None
        self.conversation.messages.clear()
        return Outcome(Intent.CANCEL, [self.say.outcome("cancelled")])

    def show(self, draft: Draft, outcome: str | None) -> Outcome:
        """Start nothing, and show the set-up as it stands: the next yes may be to it."""
        sentences = [self.say.outcome(outcome)] if outcome else []
        sentences += self.say.remarks(draft.remarks)
        sentences += self._keep(draft, is_ready=not draft.missing())
        return Outcome(Intent.CONFIRM, sentences, draft.missing())

    async def change(self, provider: Provider | None) -> Outcome:
        """Read the newest message, and take over what it says."""
        draft = self.draft()
        reading, told, reader = await self._read(draft.setup, provider)
        draft.take(reading.proposal)
        remarks = [*told, *reading.remarks, *draft.remarks]
        is_clear = not any(remark.asks for remark in remarks)
        intent = reading.proposal.intent
        sentences = self.say.remarks(remarks)
        if intent is Intent.ASK:
            sentences += self.say.lists(draft.setup.recipe)
        elif intent is Intent.UNKNOWN and is_clear:
            sentences.append(self.say.outcome("unknown"))
        sentences += self._keep(draft, is_ready=is_clear and not draft.missing())
        return Outcome(intent, sentences, draft.missing(), read_by=reader)

    def _keep(self, draft: Draft, *, is_ready: bool) -> list[str]:
        """Let this be the set-up, for a yes if it is ready; in sentences, with what is asked."""
        self.conversation.setup = draft.setup
        self.conversation.shown = digest_of(draft.setup) if is_ready else None
        sentences = [*self.say.setup(draft.setup), *self.say.questions(draft)]
        return [*sentences, self.say.ready()] if is_ready else sentences

    async def _read(
        self, setup: TrainingSetup, provider: Provider | None
    ) -> tuple[Reading, list[Remark], ReadBy]:
        """By the provider, or by the rules where there is none or it fails."""
        messages = self.conversation.messages
        told: list[Remark] = []
        if provider is not None:
            if not self.conversation.was_told:
                told.append(telling("provider_told", provider=provider.title))
                self.conversation.was_told = True
            try:
                reading = await read_by(provider, messages, setup, self.known, self.today)
            except ProviderFailed as error:
                reason = error.failure.value
                told.append(telling("provider_failed", provider=provider.title, reason=reason))
            else:
                return reading, told, provider.read_by
        return read(messages[-1], setup, self.known, self.today), told, ReadBy.RULES


def digest_of(setup: TrainingSetup) -> str:
    """By which a yes names the set-up that it is to."""
    written = json.dumps(setup.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()
