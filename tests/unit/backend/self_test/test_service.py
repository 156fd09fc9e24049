"""A self-test from the server's word to the box until all have answered, or a day is over."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from backend.alerts.ledger.tables import alerts as alerts_table
from backend.alerts.ledger.tables import deliveries
from backend.alerts.service import AlertService
from backend.alerts.settings import AlertSettings
from backend.bus import Bus
from backend.cameras.errors import UnknownCamera
from backend.cameras.last_seen import LastSeen
from backend.cameras.service import CameraService
from backend.escalation.answer import Answer, Way
from backend.escalation.answering import Speaker
from backend.escalation.desk import Desk
from backend.escalation.errors import IncidentOver
from backend.escalation.links import AnswerLinks
from backend.escalation.roster import HouseholdRecipients
from backend.escalation.service import EscalationService
from backend.events.self_test_calls import SelfTestCalls
from backend.incidents.service import IncidentService
from backend.people.service import PeopleService
from backend.people.signer import Signer
from backend.self_test.errors import NoCameraToTest, SelfTestUnderWay
from backend.self_test.report import SelfTestShown
from backend.self_test.service import SelfTestService
from backend.storage.database import SqliteDatabase
from contract.incidents import IncidentState
from testkit.alone import incident_event, typed
from testkit.clock import Clock
from testkit.escalations import OnesOwn, OwnWays
from testkit.households import HOME
from testkit.quiet_channel import QuietChannel
from testkit.residents import join, move_in

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2026, 11, 30, 14, tzinfo=SEOUL).timestamp()
HOUR, DAY = 3600.0, 86_400.0


class House:
    """A server's parts without their threads, in a time that passes only when a test says so."""

    def __init__(
        self, path: Path, *stages: int | None, cameras: tuple[str, ...] = ("hall",)
    ) -> None:
        self.clock = Clock(MONDAY - 60)
        self.database = SqliteDatabase(path)
        weekly = {"self_test_weekday": 0, "self_test_hour": 14}
        self.people = move_in(self.database, MONDAY - 9 * DAY, *stages, **weekly)
        self.last_seen = LastSeen()
        for camera in cameras:
            self.beat(camera)
        self.begin()

    def begin(self) -> None:
        """As after a start of the server."""
        bus, self.calls = Bus(), SelfTestCalls()
        people = PeopleService(self.database, bus)
        links = AnswerLinks(Signer(SecretStr("a secret of thirty-two letters…")), None)
        recipients = HouseholdRecipients(
            people, links, lambda: OwnWays([OnesOwn(f"contact-{it}", it) for it in self.people]),
            lambda: alerts.channels, self.clock,
        )  # fmt: skip
        alerts = AlertService(
            AlertSettings(lambda _: SEOUL, frozenset({"fall"})),
            [QuietChannel(f"contact-{person}") for person in self.people],
            self.database, bus, self.clock, self.clock, recipients=recipients,
        )  # fmt: skip
        desk = Desk(self.database, alerts, recipients, people, bus, self.clock)
        self.escalation = EscalationService(desk, links)
        self.incidents = IncidentService(self.database, bus)
        cameras = CameraService(self.database, None, {}, self.last_seen, 40.0, Bus(), self.clock)
        self.tests = SelfTestService(
            self.database, cameras, people, self.calls, self.escalation, self.clock
        )

    def beat(self, camera: str) -> None:
        beat = {"event_type": "HEARTBEAT", "event_id": "e", "camera_id": camera}
        self.last_seen.note(typed(beat | {"ts": self.clock.now}), self.clock.now)

    def pass_to(self, now: float) -> None:
        self.clock.now = now
        self.tests.round()

    def send(self, camera: str = "hall") -> str:
        """The box has heard of the test, and sends it; the incident's id."""
        name = self.calls.heard_by([camera])
        assert name is not None
        said = {"camera_id": camera, "event": "fall", "incident_id": name, "test": True}
        for kind in ("START", "END"):
            event = incident_event(
                said | {"event_type": kind, "event_id": f"{name}{kind}", "ts": self.clock.now}
            )
            incident = self.incidents.take(event, self.clock.now)
            self.escalation.consider(incident, event, self.clock.now)
        return incident.id

    def answer(self, incident_id: str, person: int) -> None:
        self.escalation.answer(incident_id, Speaker(1, person, Way.PAGE), Answer.ALL_WELL)

    def told(self) -> list[tuple[int, bool, str]]:
        """Each delivery: of which round, whether it is a test, and to which channel."""
        joined = alerts_table.join(deliveries, alerts_table.c.key == deliveries.c.key)
        query = select(alerts_table.c.round, alerts_table.c.test, deliveries.c.channel)
        with self.database.reading() as db:
            return [
                (row[0], row[1], row[2])
                for row in db.execute(query.select_from(joined).order_by(deliveries.c.number))
            ]

    @property
    def last(self) -> SelfTestShown:
        return self.tests.newest(1)[0]

    @property
    def reason(self) -> str | None:
        """What `/health` says, but that the thread does not run, as it does not here."""
        return self.last.failure


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "database" / "dolbom.sqlite3", 1, 3, None)
    with closing(house.database):
        yield house


def test_box_hears_of_the_weekly_test_at_its_hour_until_it_has_sent_it(house: House) -> None:
    house.tests.round()
    assert house.calls.heard_by(["hall"]) is None
    house.pass_to(MONDAY)
    assert house.calls.heard_by(["bath"]) is None
    incident = house.send()
    house.pass_to(MONDAY + 5)
    assert house.calls.heard_by(["hall"]) is None
    assert (house.last.incident_id, house.last.began_at) == (incident, MONDAY)
    assert (house.last.weekly, house.last.camera_id) == (True, "hall")


def test_every_person_who_is_notified_gets_it_at_once_and_nobody_gets_more(house: House) -> None:
    house.pass_to(MONDAY)
    house.send()
    for minute in range(50):
        house.pass_to(MONDAY + 60 * minute)
    assert house.told() == [(0, True, "contact-1"), (0, True, "contact-2")]


def test_answer_of_one_is_not_that_of_another_and_no_news_to_anybody(house: House) -> None:
    house.pass_to(MONDAY)
    incident = house.send()
    house.answer(incident, 1)
    house.pass_to(MONDAY + 30)
    assert (house.last.answered, house.last.waiting_for, house.last.over_at) == ([1], [2], None)
    house.answer(incident, 2)
    house.pass_to(MONDAY + 60)
    assert (house.last.answered, house.last.waiting_for) == ([1, 2], [])
    assert (house.last.over_at, house.last.failure) == (MONDAY + 60, None)
    assert len(house.told()) == 2


def test_test_is_over_once_all_have_answered(house: House) -> None:
    house.pass_to(MONDAY)
    incident = house.send()
    for person in (1, 2):
        house.answer(incident, person)
    house.pass_to(MONDAY + 60)
    found = house.incidents.find(incident, HOME)
    assert found is not None
    assert found.state is IncidentState.RESOLVED
    with pytest.raises(IncidentOver):
        house.answer(incident, 1)


def test_who_has_not_answered_is_asked_once_more_after_an_hour(house: House) -> None:
    house.pass_to(MONDAY)
    incident = house.send()
    house.answer(incident, 1)
    for hour in range(1, 6):
        house.pass_to(MONDAY + hour * HOUR)
    assert house.told()[2:] == [(1, True, "contact-2")]
    house.answer(incident, 2)
    house.pass_to(MONDAY + 6 * HOUR)
    assert house.reason is None


def test_who_never_answers_is_named_after_a_day(house: House) -> None:
    house.pass_to(MONDAY)
    incident = house.send()
    house.answer(incident, 2)
    house.pass_to(MONDAY + DAY - 1)
    assert house.reason is None
    house.pass_to(MONDAY + DAY)
    assert house.reason == "the self-test of 2026-11-30 was not answered by Person 1"


def test_box_that_does_not_send_is_asked_for_an_hour_and_named_after_a_day(house: House) -> None:
    house.pass_to(MONDAY)
    house.pass_to(MONDAY + HOUR)
    assert house.calls.heard_by(["hall"]) is None
    house.pass_to(MONDAY + DAY)
    assert house.reason == ("the self-test of 2026-11-30 did not come from the camera box of hall")


@pytest.mark.parametrize("step", ["asked", "sent", "answered", "asked again"])
def test_killed_server_goes_on_where_it_was_and_asks_nobody_twice(house: House, step: str) -> None:
    house.pass_to(MONDAY)
    if step == "asked":
        house.begin()
        house.pass_to(MONDAY + 1)
    incident = house.send()
    if step == "sent":
        house.begin()
    house.pass_to(MONDAY + 5)
    house.answer(incident, 1)
    if step == "answered":
        house.begin()
    house.pass_to(MONDAY + HOUR)
    if step == "asked again":
        house.begin()
    house.pass_to(MONDAY + HOUR + 5)
    assert [told[0] for told in house.told()] == [0, 0, 1]
    assert len(house.tests.newest(1)) == 1


def test_later_test_that_arrives_mends_what_health_says(house: House) -> None:
    house.pass_to(MONDAY)
    house.pass_to(MONDAY + DAY)
    assert house.reason is not None
    house.clock.now += HOUR
    house.beat("hall")
    house.tests.begin(1, asked_by=1)
    incident = house.send()
    for person in (1, 2):
        house.answer(incident, person)
    house.pass_to(house.clock.now + 5)
    assert (house.reason, house.last.weekly) == (None, False)


def test_test_by_hand_is_one_an_hour_and_ends_the_one_before(house: House) -> None:
    house.tests.begin(1, "hall", 1)
    with pytest.raises(SelfTestUnderWay):
        house.tests.begin(1, "hall", 1)
    house.clock.now += HOUR
    house.tests.begin(1, "hall", 1)
    second, first = house.tests.newest(1)
    assert (first.over_at, second.over_at) == (house.clock.now, None)


def test_camera_that_there_is_not_cannot_be_tested(house: House, tmp_path: Path) -> None:
    with pytest.raises(UnknownCamera):
        house.tests.begin(1, "nowhere")
    empty = House(tmp_path / "empty" / "dolbom.sqlite3", 1, cameras=())
    with closing(empty.database):
        with pytest.raises(NoCameraToTest):
            empty.tests.begin(1)
        empty.pass_to(MONDAY)
        assert empty.tests.newest(1) == []


def test_whoever_came_later_is_not_waited_for(house: House) -> None:
    house.pass_to(MONDAY)
    incident = house.send()
    house.answer(incident, 1)
    house.answer(incident, 2)
    house.pass_to(MONDAY + 5)
    join(house.database, 9, 1, MONDAY + 60)
    assert house.reason is None


def test_real_fall_meanwhile_goes_its_own_way(house: House) -> None:
    house.pass_to(MONDAY)
    house.send()
    said = {"camera_id": "hall", "event": "fall", "incident_id": "real", "event_type": "END"}
    event = incident_event(said | {"event_id": "e9", "ts": MONDAY})
    incident = house.incidents.take(event, MONDAY)
    house.escalation.consider(incident, event, MONDAY)
    assert (False, "contact-1") in [told[1:] for told in house.told()]
    state = house.escalation.state(incident.id)
    assert state is not None
    assert state.next_at is not None
