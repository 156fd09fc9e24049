"""Messages of the bus as lines, and back."""

import pytest

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.channels.base import Alert
from backend.bus import Bus
from backend.cameras.service import CamerasChanged
from backend.cluster.messages import forms, read
from backend.cluster.wire import MAX_BYTES
from backend.contacts.service import ContactsChanged
from backend.erasure.messages import ErasuresChanged
from backend.escalation.desk import EscalationChanged
from backend.events.journal.record import Record
from backend.events.messages import EventsRecorded
from backend.incidents.incident import begun
from backend.incidents.service import IncidentChanged
from backend.people.service import PeopleChanged
from backend.people.sessions import SessionEnded
from backend.poses.messages import PosesPassedOn, PosesWanted
from contract.poses import MOST_PEOPLE, LivePoses, PersonPose
from testkit.alone import incident_event

NOW = 1_800_000_000.0
START = {"event_type": "START", "event_id": "e", "camera_id": "거실", "ts": NOW, "event": "fall"}
INCIDENT = begun(incident_event(START), NOW, household_id=7)
ALERT = Alert("k", INCIDENT.id, "e", "fall", "거실", NOW, household_id=7)
PERSON = PersonPose(person=1, joints=((0.123, 0.456, 0.789),) * 13)
POSES = LivePoses(
    camera_id="거실",
    at=NOW + 0.123,
    received_at=NOW + 0.456,
    aspect=1.7778,
    people=(PERSON,) * MOST_PEOPLE,
    scores={"fall": 0.123, "lying": 0.456},
)


class Incidents:
    """The database that the servers share."""

    def of_any_household(self, incident_id: str) -> object:
        return INCIDENT if incident_id == INCIDENT.id else None


FORMS = forms(Incidents())  # type: ignore[arg-type]


def lines_of(message: object) -> list[str]:
    (form,) = (it for it in FORMS if it.kind is type(message))
    return [f"{form.word} {text}" for text in form.write(message)]


@pytest.mark.parametrize(
    "message",
    [
        AlertChange(ALERT, Outcome.SENT, NOW, "kakao", None),
        IncidentChanged(INCIDENT),
        EscalationChanged("i"),
        PeopleChanged(7),
        SessionEnded("s"),
        ContactsChanged(3),
        CamerasChanged("거실\n"),
        ErasuresChanged(),
        PosesWanted(1, None),
        PosesPassedOn(POSES),
    ],
    ids=lambda message: type(message).__name__,
)
def test_message_comes_out_as_it_went_in(message: object) -> None:
    lines = lines_of(message)
    assert all("\n" not in line for line in lines)
    assert list(read(lines, FORMS)) == [message]


def test_events_that_follow_each_other_are_one_message() -> None:
    records = [Record.of(incident_event(START | {"event_id": name}), NOW) for name in ("a", "b")]
    lines = lines_of(EventsRecorded(records))
    (heard,) = read(lines, FORMS)
    assert isinstance(heard, EventsRecorded)
    assert [it.event.event_id for it in heard.records] == ["a", "b"]
    assert [it.line for it in heard.records] == [it.line for it in records]


def test_incident_that_is_not_there_any_more_and_unknown_words_are_left_out() -> None:
    assert list(read(["incident gone", "later x", 'people {"household_id":2}'], FORMS)) == [
        PeopleChanged(2)
    ]


def test_only_who_listens_everywhere_hears_another_server() -> None:
    bus, own, everywhere = Bus(), list[object](), list[object]()
    bus.subscribe(PeopleChanged, own.append)
    bus.subscribe(PeopleChanged, everywhere.append, everywhere=True)
    bus.publish(PeopleChanged(1))
    bus.hear(PeopleChanged(2))
    assert (own, everywhere) == ([PeopleChanged(1)], [PeopleChanged(1), PeopleChanged(2)])


def test_poses_of_as_many_people_as_are_shown_fit_a_notice() -> None:
    (line,) = lines_of(PosesPassedOn(POSES))
    assert len(line.encode()) < MAX_BYTES / 2
