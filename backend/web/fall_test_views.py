"""A fall test in words: who makes it, and of what was seen when and whom it would alert."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from backend.access.keys import Caller
from backend.escalation.service import EscalationService, State
from backend.escalation.steps import ALL, FIRST, SECOND
from backend.incidents.fall_tests import FallTest
from backend.people.service import PeopleService
from backend.web.incident_views import phrase_of
from backend.web.marks import N_
from backend.web.page_route import pages_of
from backend.web.pages import View
from contract.events import FALL, RECOVERED, states_of
from contract.incidents import Incident

SHOWN_FOR_SEC = 900.0
"""What was seen in one's last test stays on the page for so long."""
LABELS: Mapping[str, str] = {"fall": N_("Fall"), "lying": N_("Lying")}


@dataclass(frozen=True)
class FallTestView:
    """A test that lasts; `said` is who tries what until when."""

    test: FallTest
    said: str


@dataclass(frozen=True)
class SeenView:
    """What was seen `at` (seconds since 1970), and what would have come of it."""

    incident_id: str
    what: str
    at: float
    said: str
    is_real: bool


@dataclass(frozen=True)
class Bar:
    """The detector's score of a label, which counts from `threshold` on."""

    label: str
    name: str
    threshold: float


def fall_test_of(request: Request) -> FallTestView | None:
    """The one that lasts now, for whoever looks."""
    caller: Caller = request.state.caller
    test = _escalation(request).fall_tests.running(caller.household_id)
    if test is None:
        return None
    pages = pages_of(request)
    text, moments = pages.texts(request).gettext, pages.view(request).moments
    people: PeopleService = request.app.state.people
    person = people.person(test.person_id) if test.person_id else None
    said = text(N_("{name} tests the camera {camera} by a fall until {time}.")).format(
        name=person.name if person else text("Somebody"),
        camera=test.camera_id,
        time=moments.exact(test.until),
    )
    return FallTestView(test, said)


def last_test_of(request: Request) -> FallTest | None:
    """The newest of whoever looks, for a while."""
    caller: Caller = request.state.caller
    test = _escalation(request).fall_tests.last(caller.household_id, caller.person_id)
    now = pages_of(request).view(request).moments.now
    return test if test and now - test.until < SHOWN_FOR_SEC else None


def seen_in(request: Request, test: FallTest) -> list[SeenView]:
    """What was seen in it, oldest first."""
    pages, escalation = pages_of(request), _escalation(request)
    view, text = pages.view(request), pages.texts(request).gettext
    names = _names(escalation.reached_at(FIRST, test.household_id), text)
    return [
        SeenView(
            incident_id=it.id,
            what=phrase_of(it, view.language).what,
            at=it.began_at,
            said=_said(it, escalation.state(it.id), names, view, text),
            is_real=not it.is_test,
        )
        for it in escalation.fall_tests.incidents(test)
    ]


def later_stages(request: Request) -> list[str]:
    """Who would be notified later, while nobody answers."""
    pages, escalation = pages_of(request), _escalation(request)
    view, text = pages.view(request), pages.texts(request).gettext
    if view.household is None:
        return []
    after = {SECOND: view.household.second_after_sec, ALL: view.household.all_after_sec}
    known, said = escalation.reached_at(FIRST, view.household.id), []
    for stage, seconds in after.items():
        reached = escalation.reached_at(stage, view.household.id)
        if more := [name for name in reached if name not in known]:
            sentence = text(N_("If nobody answers, {names} after {time}."))
            span = view.moments.lasting(seconds)
            said.append(sentence.format(names=_names(more, text), time=span))
        known = reached
    return said


def bars_of(request: Request) -> list[Bar]:
    """A bar for each label of the detector."""
    text = pages_of(request).texts(request).gettext
    thresholds: Mapping[str, float] = request.app.state.behavior.thresholds
    return [
        Bar(label, text(LABELS.get(label, label)), threshold)
        for label, threshold in thresholds.items()
    ]


def _said(
    incident: Incident, state: State | None, names: str, view: View, text: Callable[[str], str]
) -> str:
    """What would have come of it if it were no test."""
    if state is None or RECOVERED in states_of(incident.seen):
        return text(N_("Nobody would have been notified."))
    if incident.label == FALL and incident.ended_at is None:
        return text(N_("It begins: a fall is notified as soon as it has come to its end."))
    if not incident.is_test:
        return text(N_("It counts as real: {names} and others are notified.")).format(names=names)
    at = state.began_at if incident.label == FALL else incident.received_at
    sentence = text(N_("Would have been notified to {names} at {time}."))
    return sentence.format(names=names, time=view.moments.exact(at))


def _names(names: Sequence[str | None], text: Callable[[str], str]) -> str:
    known = [text(N_("the household's channels")) if name is None else name for name in names]
    return ", ".join(known) or text(N_("nobody, since no channel is there"))


def _escalation(request: Request) -> EscalationService:
    service: EscalationService = request.app.state.escalation
    return service
