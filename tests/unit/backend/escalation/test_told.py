"""What people were told of without the database is in the ledger once it can be written."""

from collections.abc import Callable

from backend.alerts.ledger.told import ELSEWHERE_SEC
from backend.alerts.policy import alert_of
from backend.alerts.tellings import Telling
from backend.escalation.course import Happening
from backend.escalation.links import AnswerClaims
from backend.events.intake import TOLD, marked
from backend.incidents.incident import begun, key_of
from backend.incidents.store import Wanted
from contract.events import End, IncidentEvent, Start
from contract.incidents import IncidentState
from testkit.clock import Clock
from testkit.escalations import EscalationAlone
from testkit.households import HOME

Fall = Callable[..., End]


def told(home: EscalationAlone, event: IncidentEvent, *channels: str, at: float = 0.0) -> Telling:
    """Some seconds ago people were told of `event`: through these channels, or by another."""
    incident = begun(event, at, HOME)
    telling = Telling(alert_of(incident, event, at), by_another=not channels)
    for channel in channels:
        home.alerts.tellings.note_sent(telling, channel, at)
    home.alerts.tellings.keep(telling, incident.id)
    return telling


def start_of(end: End) -> Start:
    """Two seconds before it."""
    return Start(
        event_id="start",
        camera_id=end.camera_id,
        ts=end.ts - 2.0,
        event=end.event,
        incident_id=end.incident_id,
    )


def counts(home: EscalationAlone) -> list[int]:
    return [len(phone.memos) for phone in home.phones]


def test_who_was_told_is_not_told_again_and_the_rounds_go_on(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    event, at = fall(), clock.now
    told(home, event, "contact-1", at=at)
    clock.now += 90.0
    incident = home.hear(event)
    home.run(59.0)
    assert counts(home) == [0, 0, 0]
    (known,) = home.incidents.newest(Wanted(HOME), 1)
    assert known.state is IncidentState.NOTIFIED
    entries = home.service.course(incident.id, HOME).entries
    assert [(it.at, it.channel) for it in entries if it.kind is Happening.TAKEN] == [
        (at, "contact-1")
    ]
    assert home.alerts.tellings.unrecorded() == 0
    home.run(1.0)
    assert counts(home) == [1, 0, 0]


def test_who_was_not_told_yet_is_told_now(home: EscalationAlone, fall: Fall, clock: Clock) -> None:
    event = fall()
    told(home, event, "contact-2", at=clock.now)
    home.hear(event)
    home.run(0.0)
    assert counts(home) == [1, 0, 0]


def test_alert_that_another_server_has_entered_meanwhile_is_settled_before_it_is_sent(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    event = fall()
    home.hear(event)
    told(home, event, "contact-1", at=clock.now)
    home.hear(event)
    home.run(59.0)
    assert counts(home) == [0, 0, 0]


def test_what_another_server_has_told_waits_for_its_word_and_says_that_it_may_come_again(
    home: EscalationAlone, fall: Fall
) -> None:
    event = fall()
    told(home, event)
    home.hear(event)
    home.run(ELSEWHERE_SEC - 0.1)
    assert counts(home) == [0, 0, 0]
    home.run(0.2)
    assert counts(home) == [1, 0, 0]
    assert home.phones[0].memos[0].resend


def test_what_another_server_has_told_is_known_until_the_end_has_come(
    home: EscalationAlone, fall: Fall
) -> None:
    event = fall()
    start = start_of(event)
    telling = told(home, start)
    home.alerts.tellings.keep(telling, key_of(event))
    home.hear(start)
    home.hear(event)
    home.run(ELSEWHERE_SEC - 0.1)
    assert counts(home) == [0, 0, 0]
    home.run(0.2)
    assert home.phones[0].memos[0].resend


def test_link_by_the_start_answers_an_incident_whose_end_was_recorded_first(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    end = fall()
    start = start_of(end)
    incident = home.hear(end)
    home.hear(start)
    by_start = AnswerClaims(incident_id=key_of(start), household_id=HOME, person_id=None)
    token = home.service.links.sign(by_start, clock.now)
    assert key_of(start) != incident.id
    assert home.service.claims(token).incident_id == incident.id


def test_channel_that_gave_no_answer_sends_it_once_more_and_says_so(
    home: EscalationAlone, fall: Fall
) -> None:
    event = fall()
    telling = told(home, event)
    telling.by_another = False
    telling.doubtful.add("contact-1")
    home.hear(event)
    home.run(0.0)
    assert [memo.resend for memo in home.phones[0].memos] == [True]


def test_mark_of_who_was_told_before_is_of_those_events_alone(fall: Fall) -> None:
    one, other = fall("one"), fall("other")
    assert marked(one, {key_of(one)}).model_extra == {TOLD: True}
    assert marked(other, {key_of(one)}) == other
