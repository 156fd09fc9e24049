"""Which events are one incident: by what they name and when, never by an id alone."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from backend.alerts.policy import Ruling
from contract.events import ON_FLOOR, RECOVERED, STILL_DOWN, IncidentEvent
from testkit.alone import AlertsAlone, AlertSettings, incident_event

NOW = 1_800_000_000.0
DAY = 86_400.0


def start(incident: str | None = "1", ts: float = NOW, **fields: Any) -> IncidentEvent:
    return event("START", incident, ts, fields)


def end(incident: str | None = "1", ts: float = NOW + 2, **fields: Any) -> IncidentEvent:
    return event("END", incident, ts, fields)


def event(kind: str, incident: str | None, ts: float, fields: dict[str, Any]) -> IncidentEvent:
    values = {
        "event_type": kind,
        "event_id": f"{kind}-{incident}-{ts}",
        "incident_id": incident,
        "camera_id": "hall",
        "ts": ts,
        "event": "fall",
    }
    return incident_event(values | fields)


class Door:
    """The alerts without a channel, so that what is told stays in sight, and a clock."""

    def __init__(self, settings: AlertSettings) -> None:
        self.now = NOW
        self.settings = replace(settings, kakao_access_token=None, kakao_rest_api_key=None)
        self.open()

    def open(self, **settings: Any) -> None:
        self.service = AlertsAlone(replace(self.settings, **settings), lambda: self.now)

    def close(self) -> None:
        self.service.stop()

    def restart(self, **settings: Any) -> None:
        self.close()
        self.open(**settings)

    def told(self, *events: IncidentEvent) -> list[bool]:
        """Whether each event is told or waits for its END, as something new."""
        decisions = [self.service.hear(event) for event in events]
        return [d.ruling in (Ruling.ALERT, Ruling.AWAITS_END) for d in decisions]


@pytest.fixture
def door(settings: AlertSettings) -> Iterator[Door]:
    with closing(Door(settings)) as opened:
        yield opened


SECOND = [
    pytest.param([start(camera_id="bedroom"), end(camera_id="bedroom")], id="of another camera"),
    pytest.param([start(ts=NOW + 7 * 3600), end(ts=NOW + 7 * 3600 + 2)], id="after a reboot"),
    pytest.param([start(ts=NOW + 8 * DAY), end(ts=NOW + 8 * DAY + 2)], id="a week later"),
    pytest.param([start(event=STILL_DOWN, ts=NOW + 15)], id="who stays down"),
    pytest.param([end(ts=NOW + 60)], id="an end alone"),
    pytest.param([end(ts=NOW + 2 * DAY)], id="an end alone on another day"),
    pytest.param([start("2"), end("2")], id="of another id"),
    pytest.param([start(None), end(None)], id="of no id"),
]


@pytest.mark.parametrize("second", SECOND)
@pytest.mark.parametrize("first", [[start(), end()], [end()]], ids=["both", "the end alone"])
def test_second_incident_with_the_first_ones_id_is_reported_and_a_replay_is_not(
    door: Door, first: list[IncidentEvent], second: list[IncidentEvent]
) -> None:
    assert all(door.told(*first, *second))
    counts = door.service.counts()
    assert counts["pending"] == 2
    assert not any(door.told(*first, *second))
    door.restart()
    assert not any(door.told(*first, *second))
    assert door.service.counts() == counts


def test_same_event_under_another_event_id_is_no_other_incident_and_is_said(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    assert door.told(end()) == [True]
    assert door.told(end(event_id="again")) == [False]
    assert (
        "END fall of hall: already_alerted (nothing: another event of the same incident"
        in caplog.text
    )


def test_end_closes_the_newest_incident_of_its_id(door: Door) -> None:
    assert all(door.told(start(), start(ts=NOW + 100), end(ts=NOW + 102)))
    assert door.service.counts()["open"] == 1
    assert door.told(end(ts=NOW + 3)) == [True]
    assert door.service.counts() == door.service.counts() | {"open": 0, "pending": 2}


@pytest.mark.parametrize(
    ("incident", "later", "told"),
    [("1", 7200.0, False), ("1", DAY + 1, True), (None, 60.0, False), (None, 3601.0, True)],
)
def test_late_end_of_an_incident_that_was_reported_without_is_reported_only_if_it_is_another_ones(
    services: Any,
    settings: AlertSettings,
    eventually: Any,
    caplog: pytest.LogCaptureFixture,
    incident: str | None,
    later: float,
    told: bool,
) -> None:
    caplog.set_level("INFO")
    service = services.start(replace(settings, unfinished_after=0.0))
    service.hear(start(incident))
    eventually(lambda: service.counts()["sent"] == 1)
    decision = service.hear(end(incident, NOW + later))
    assert (decision.ruling is Ruling.ALERT) is told
    assert ("was notified without it" in caplog.text) is not told


def test_begin_that_comes_after_its_end_is_no_incident_of_its_own(door: Door) -> None:
    assert door.told(end(), start()) == [True, False]
    assert door.told(start(ts=NOW + 10)) == [True]


def test_start_without_an_id_is_reported_once_and_by_its_end(door: Door) -> None:
    assert door.told(start(None)) == [True]
    assert door.service.counts()["open"] == 1
    assert door.told(end(None)) == [True]
    assert door.service.counts() == door.service.counts() | {"open": 0, "pending": 1}


def test_start_without_an_id_is_reported_without_its_end(
    services: Any, settings: AlertSettings, kakao: Any, eventually: Any
) -> None:
    service = services.start(replace(settings, unfinished_after=0.2))
    assert service.hear(start(None)).ruling is Ruling.AWAITS_END
    eventually(lambda: service.counts()["sent"] == 1)
    assert kakao.texts[0].endswith("시작된 뒤 끝났다는 신호가 아직 없습니다.")


@pytest.mark.parametrize(
    "other", [{"incident_id": "7"}, {"camera_id": "bedroom"}, {"event": STILL_DOWN}], ids=str
)
def test_start_without_an_id_is_closed_by_no_other_end(door: Door, other: dict[str, str]) -> None:
    door.told(start(None))
    assert door.told(end(None, **other)) == [True]
    assert door.service.counts()["open"] == 1


def test_end_that_is_muted_mutes_the_incident_that_has_begun(door: Door) -> None:
    door.told(start())
    door.restart(alert_events=frozenset({STILL_DOWN}))
    assert door.service.hear(end()).ruling is Ruling.MUTED_BY_SETTINGS
    assert door.service.counts() == door.service.counts() | {"open": 0, "pending": 0, "muted": 1}


@pytest.mark.parametrize("label", [STILL_DOWN, ON_FLOOR])
def test_end_of_who_was_down_is_no_second_incident(door: Door, label: str) -> None:
    begun = start(event=label, duration_sec=15.0)
    assert door.told(begun, end(event=label, duration_sec=40.0)) == [True, False]
    assert door.service.counts()["pending"] == 1


@pytest.mark.parametrize("begun", [[start()], []], ids=["begun", "the end alone"])
def test_fall_after_which_the_person_is_up_is_on_record_and_told_to_nobody(
    door: Door, begun: list[IncidentEvent]
) -> None:
    up = end(state=f"fall+{RECOVERED}")
    door.told(*begun)
    assert door.service.hear(up).ruling is Ruling.RECOVERED
    assert door.service.counts() == door.service.counts() | {"open": 0, "pending": 0, "muted": 1}
    assert door.told(start(), up) == [False, False]
    door.restart()
    assert door.told(start(), up) == [False, False]
    assert door.service.counts()["pending"] == 0


def test_person_who_is_up_silences_the_fall_of_no_other(door: Door) -> None:
    first, second = start("1", person=1), start("2", NOW + 0.5, person=2)
    up, down = end("1", state=RECOVERED, person=1), end("2", NOW + 2.5, person=2)
    assert door.told(first, second, up, down) == [True, True, False, True]
    assert door.service.counts() == door.service.counts() | {"pending": 1, "muted": 1}


def test_person_who_is_up_after_the_fall_was_reported_as_unfinished_is_no_second_alert(
    services: Any, settings: AlertSettings, kakao: Any, eventually: Any
) -> None:
    service = services.start(replace(settings, unfinished_after=0.0))
    service.hear(start())
    eventually(lambda: service.counts()["sent"] == 1)
    assert service.hear(end(ts=NOW + 60, state=RECOVERED)).ruling is Ruling.ALREADY_ALERTED
    assert len(kakao.texts) == 1
