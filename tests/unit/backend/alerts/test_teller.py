"""Who is told of what no server can record, by a clock that the test moves."""

import asyncio
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.channels.base import ChannelError, Disposition
from backend.alerts.policy import Policy, alert_of
from backend.alerts.recipients import Everybody
from backend.alerts.teller import AGAIN_SEC, UNTAKEN_SEC, Known, Teller
from backend.alerts.tellings import Tellings
from backend.bus import Bus
from backend.incidents.incident import begun, key_of
from contract.events import FALL, ON_FLOOR, UNFINISHED_AFTER_SEC, End, IncidentEvent, Start
from testkit.clock import Clock
from testkit.phones import Phone

Eventually = Callable[..., Any]
NOTE = "so it may come once more"
HOUSEHOLD, OTHER = 7, 8


class Rig:
    """A teller of two cameras, each of a household of its own, and the phones of all."""

    def __init__(self, *phones: Phone) -> None:
        self.clock, self.tellings = Clock(1.8e9), Tellings()
        self.phones = phones or (Phone("phone"),)
        known = Known(
            Policy(frozenset({FALL})).ruling,
            lambda camera_id: HOUSEHOLD if camera_id == "hall" else OTHER,
            Everybody(),
            lambda _: ZoneInfo("UTC"),
            lambda: {phone.name: phone for phone in self.phones},
            lambda: 0.0,
        )
        self.bus = Bus()
        self.teller = Teller(self.tellings, known, self.bus, self.clock)

    def refuse(self, *events: IncidentEvent, after: float = 0.0) -> list[str]:
        """These come after so many seconds, and are refused; of which people were told."""
        self.clock.now += after
        return asyncio.run(self.teller.refused(events, self.clock(), self.clock()))

    @property
    def texts(self) -> list[str]:
        return [memo.english for phone in self.phones for memo in phone.memos]


def start(name: str = "one", label: str = FALL, camera_id: str = "hall") -> Start:
    at = {"ts": 1.8e9, "event": label, "incident_id": name}
    return Start(event_id=f"start-{name}", camera_id=camera_id, **at)


def end(name: str = "one", **fields: Any) -> End:
    at = {"ts": 1.8e9 + 2, "event": FALL, "incident_id": name, "camera_id": "hall"} | fields
    return End(event_id=f"end-{name}", **at)


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_what_comes_again_after_a_while_was_taken_by_nobody_and_is_told_once(rig: Rig) -> None:
    assert rig.refuse(end()) == []
    assert rig.refuse(end(), after=UNTAKEN_SEC / 2) == []
    assert rig.texts == []
    assert rig.refuse(end(), after=UNTAKEN_SEC) == [key_of(end())]
    assert rig.refuse(end(), after=600.0) == [key_of(end())]
    (text,) = rig.texts
    assert NOTE in text
    assert rig.tellings.unrecorded(HOUSEHOLD) == 1
    assert rig.tellings.unrecorded(OTHER) == 0


def test_who_is_up_again_and_what_is_no_fall_is_told_to_nobody(rig: Rig) -> None:
    events = [end(state="recovered"), end("two", event="sitting"), end("three", event="disk")]
    for _ in range(2):
        assert rig.refuse(*events, after=UNTAKEN_SEC) == []
    assert rig.texts == []


def test_fall_without_an_end_is_told_after_its_time_and_not_where_the_person_is_up(
    rig: Rig,
) -> None:
    rig.refuse(start(), start("two"), end("two", state="recovered"))
    found = rig.refuse(
        start(), start("two"), end("two", state="recovered"), after=UNFINISHED_AFTER_SEC
    )
    assert found == [key_of(start())]
    assert len(rig.texts) == 1


def test_start_and_end_of_one_incident_are_told_once(rig: Rig) -> None:
    down = start(label=ON_FLOOR)
    rig.refuse(down)
    assert rig.refuse(down, after=UNTAKEN_SEC) == [key_of(down)]
    up = end(event=ON_FLOOR)
    assert rig.refuse(down, up, after=UNTAKEN_SEC) == [key_of(down), key_of(up)]
    assert len(rig.texts) == 1


def test_what_another_server_has_told_of_is_told_by_this_one_no_more(rig: Rig) -> None:
    rig.teller.note_told([end()], {key_of(end())})
    for _ in range(3):
        assert rig.refuse(end(), after=UNTAKEN_SEC) == [key_of(end())]
    assert rig.texts == []
    assert rig.tellings.unrecorded() == 0


def test_what_the_ledger_has_though_it_is_not_recorded_leaves_by_itself(rig: Rig) -> None:
    rig.refuse(end())
    alert = alert_of(begun(end(), 0.0, HOUSEHOLD), end(), None)
    rig.bus.publish(AlertChange(alert, Outcome.DECIDED, 0.0))
    assert rig.refuse(end(), after=UNTAKEN_SEC) == []
    assert rig.texts == []


def test_channel_that_fails_is_tried_again_and_one_that_may_have_sent_it_is_not(
    eventually: Eventually,
) -> None:
    fails = ChannelError(Disposition.RETRY, "busy")
    ambiguous = ChannelError(Disposition.AMBIGUOUS, "no answer")
    rig = Rig(Phone("a", failures=[fails]), Phone("b", failures=[ambiguous]))
    rig.refuse(end())
    assert rig.refuse(end(), after=UNTAKEN_SEC) == []
    telling = rig.tellings.find(key_of(end()))
    assert telling is not None
    assert telling.doubtful == {"b"}
    assert rig.refuse(end(), after=AGAIN_SEC) == [key_of(end())]
    assert [len(phone.memos) for phone in rig.phones] == [1, 0]


def test_camera_that_reports_much_is_told_of_by_the_limits_of_the_alerts(rig: Rig) -> None:
    many = [end(f"fall {number}") for number in range(20)]
    rig.refuse(*many)
    assert len(rig.refuse(*many, after=UNTAKEN_SEC)) == 5
    assert len(rig.refuse(*many, end("other", camera_id="room"), after=UNTAKEN_SEC)) == 5
    assert len(rig.refuse(*many, end("other", camera_id="room"), after=60.0)) == 7


def test_what_the_ledger_is_about_to_have_is_told_by_nobody_else(rig: Rig) -> None:
    alert = alert_of(begun(end(), 0.0, HOUSEHOLD), end(), None)
    assert rig.tellings.close(alert) is None
    rig.refuse(end())
    assert rig.refuse(end(), after=UNTAKEN_SEC) == []
    rig.tellings.reopen(alert)
    assert rig.refuse(end(), after=UNTAKEN_SEC) == [key_of(end())]
