"""Incidents as pages show them: in words, and with how far each has come."""

from dataclasses import dataclass
from gettext import NullTranslations

from backend.alerts.message.wording import WORDS
from backend.escalation.service import EscalationService, State
from backend.people.service import PeopleService
from backend.troubles.phrase import Phrase
from backend.troubles.table import TROUBLES
from backend.web.marks import N_
from contract.incidents import Incident, IncidentState
from contract.language import Language


@dataclass(frozen=True)
class IncidentView:
    """One incident. `said` is its state in words, `colour` the class for it.

    `holder` is who has answered it last, and `answer` what that person said; `is_exhausted` where
    everybody has been notified in vain.
    """

    incident: Incident
    phrase: Phrase
    said: str
    colour: str
    is_person: bool
    is_open: bool
    answer: str | None = None
    holder: str | None = None
    is_exhausted: bool = False
    is_test: bool = False


class IncidentViews:
    """Makes them for one page, in its language."""

    def __init__(
        self,
        escalation: EscalationService,
        people: PeopleService,
        language: Language,
        texts: NullTranslations,
    ) -> None:
        self._escalation, self._people = escalation, people
        self._language, self._texts = language, texts

    def of(self, incident: Incident) -> IncidentView:
        """One incident."""
        return self.with_state(incident, self._escalation.state(incident.id))

    def with_state(self, incident: Incident, state: State | None) -> IncidentView:
        """One whose escalation has been asked for."""
        said, colour = _standing(incident, state)
        return IncidentView(
            incident=incident,
            phrase=phrase_of(incident, self._language),
            said=self._texts.gettext(said),
            colour=colour,
            is_person=incident.label not in TROUBLES,
            is_open=incident.state is not IncidentState.RESOLVED,
            answer=state.answer if state and state.is_answered else None,
            holder=self._holder(state),
            is_exhausted=state is not None and state.exhausted_at is not None,
            is_test=state is not None and state.is_test,
        )

    def _holder(self, state: State | None) -> str | None:
        if state is None or not state.is_answered:
            return None
        person = self._people.person(state.answered_by) if state.answered_by else None
        return person.name if person else self._texts.gettext("Somebody")


def phrase_of(incident: Incident, language: Language) -> Phrase:
    """What has happened, and what to do about it."""
    return phrase_of_label(incident.label, language)


def phrase_of_label(label: str, language: Language) -> Phrase:
    """The same of any incident with this label."""
    if trouble := TROUBLES.get(label):
        return trouble.phrase(language)
    words = WORDS[language]
    unknown = Phrase(words.unknown.what.format(label=label), words.unknown.advice)
    return words.phrases.get(label, unknown)


def _standing(incident: Incident, state: State | None) -> tuple[str, str]:
    """In words, and in which colour."""
    if incident.state is IncidentState.RESOLVED:
        return N_("over"), ""
    if incident.label in TROUBLES:
        return N_("lasts"), "look"
    if incident.state is IncidentState.ACKNOWLEDGED:
        return N_("answered"), "look"
    if state is not None and state.held_until is not None and state.rounds == 0:
        return N_("waits for a word from whoever is there"), "look"
    return N_("not answered"), "alarm"
