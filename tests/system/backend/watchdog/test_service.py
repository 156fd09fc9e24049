"""Rounds on a real log and ledger, with a clock that the test moves."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.limits import Limits
from backend.analysis.service import BehaviorService
from backend.bus import Bus
from backend.events.journal.record import Record, head
from backend.events.messages import EventsRecorded
from backend.events.service import EventService
from backend.incidents.store import Wanted
from backend.watchdog.conditions import DISK_FREE_BYTES
from backend.watchdog.service import SILENT_AFTER_SEC, WatchdogService
from contract.events import Event
from testkit.alone import AlertsAlone, AlertSettings, EventsAlone, typed
from testkit.households import HOME

MakeBeat = Callable[..., Record]
Eventually = Callable[..., Any]
FullDisk = Callable[[int], AbstractContextManager[None]]


TELLING_SEC = 2.0


@dataclass
class Home:
    """A server without HTTP, which can be started again on its data."""

    folder: Path
    checkpoint: Path
    webhook: str
    free: int = DISK_FREE_BYTES
    now: float = 1_800_000_000.0
    wrong_by: float = 0.0
    """What the wall clock is set to beside the time that goes by."""
    sent: list[AlertChange] = field(default_factory=list)
    runs: list[tuple[EventsAlone, AlertsAlone]] = field(default_factory=list)
    removals: dict[str, float] = field(default_factory=dict)

    def start(self) -> None:
        settings = AlertSettings(
            data_dir=self.folder,
            time_zone=lambda _: ZoneInfo("Asia/Seoul"),
            anomalous_labels=frozenset({"fall"}),
            alert_events=frozenset({"fall"}),
            alert_urls=(SecretStr(self.webhook),),
            limits=Limits(gather=0.0),
        )
        behavior = BehaviorService(self.checkpoint)
        self.bus = Bus()
        self.bus.subscribe(AlertChange, self._note)
        alerts = AlertsAlone(settings, lambda: self.now, bus=self.bus)
        # Its thread would take a leap of the clock for a slow disk.
        events = EventsAlone(
            self.folder / "events", alerts.consider, bus=self.bus, database=alerts.database
        )
        events.start()
        alerts.start()
        self.runs.append((events, alerts))
        self.watchdog = WatchdogService(
            behavior,
            events,
            alerts.incidents,
            alerts,
            self.bus,
            self.folder,
            clock=lambda: self.now + self.wrong_by,
            monotonic=lambda: self.now - 1_799_000_000.0,
            removals=lambda _: self.removals,
        )

    def _note(self, change: AlertChange) -> None:
        if change.outcome is Outcome.SENT:
            self.sent.append(change)

    def stop(self) -> None:
        events, alerts = self.runs.pop()
        events.stop()
        alerts.stop()

    def beat(self, beat: Record) -> None:
        self.bus.publish(EventsRecorded([Record.of(self._now(beat), self.now + self.wrong_by)]))

    def record(self, beat: Record) -> None:
        """The same, in the log, where a later run finds it."""
        self.runs[-1][0].post([self._now(beat)]).result(5)

    def _now(self, beat: Record) -> Event:
        return beat.event.model_copy(update={"ts": self.now + self.wrong_by})

    def rounds(self, seconds: int) -> None:
        """Let time go by, a round a second; what begins or ends has a moment to be told."""
        for _ in range(seconds):
            self.now += 1.0
            before, sent = self.watchdog.incidents, len(self.sent)
            self.watchdog.round()
            deadline = time.monotonic() + TELLING_SEC * (self.watchdog.incidents != before)
            while len(self.sent) == sent and time.monotonic() < deadline:
                time.sleep(0.005)

    @property
    def recorded(self) -> list[tuple[str, str | None]]:
        """The incidents' events, oldest first."""
        newest = self.runs[-1][0].recent.newest(1000)
        heads = [found for line in reversed(newest) if (found := head(line))]
        return [(it.event_type, it.event) for it in heads if it.is_incident]


@pytest.fixture
def home(
    tmp_path: Path, checkpoint: Path, endpoint: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Home]:
    home = Home(tmp_path, checkpoint, endpoint.address)

    class Usage:
        @property
        def free(self) -> int:
            return home.free

    monkeypatch.setattr("backend.watchdog.service.shutil.disk_usage", lambda _: Usage())
    home.start()
    yield home
    home.stop()


def has_told(endpoint: Any, *sentences: str) -> bool:
    """Whether each was told; what was due together is told in one memo."""
    told = "\n".join(f"{body['title']}\n{body['message']}" for body in endpoint.bodies)
    return all(sentence in told for sentence in sentences)


def test_disk_that_fills_up_is_reported_once_and_cleared_once(
    home: Home, endpoint: Any, eventually: Eventually
) -> None:
    home.rounds(60)
    assert home.recorded == []
    home.free = DISK_FREE_BYTES - 1
    home.rounds(3600)
    home.free = DISK_FREE_BYTES
    home.rounds(3600)
    assert home.recorded == [("START", "disk_low"), ("END", "disk_low")]
    # Although the settings mute everything but falls.
    eventually(lambda: len(endpoint.titles) == 2)
    assert endpoint.titles == [
        "디스크 공간 부족 / Disk almost full",
        "다시 정상: 디스크 공간 부족 / All is well again: Disk almost full",
    ]


def test_trouble_of_a_camera_ends_with_its_removal_and_does_not_come_back(
    home: Home, make_beat: MakeBeat
) -> None:
    beat = make_beat()
    home.beat(beat)
    home.record(beat)
    home.rounds(int(SILENT_AFTER_SEC) + 2)
    assert [it.label for it in home.watchdog.incidents] == ["camera_silent"]
    home.removals[beat.event.camera_id] = home.now
    home.rounds(int(2 * SILENT_AFTER_SEC))
    assert home.watchdog.incidents == []
    home.stop()
    home.now += 60.0
    home.start()
    home.rounds(int(SILENT_AFTER_SEC) + 2)
    assert home.watchdog.incidents == []
    assert home.watchdog.cameras == {}


def test_open_incident_outlives_a_restart_and_is_not_reported_again(
    home: Home, make_beat: MakeBeat, endpoint: Any, eventually: Eventually
) -> None:
    home.beat(make_beat())
    home.rounds(int(SILENT_AFTER_SEC) + 2)
    eventually(lambda: endpoint.titles)
    (before,) = home.watchdog.incidents
    home.stop()
    home.now += 3600.0
    home.start()
    home.rounds(1)
    (after,) = home.watchdog.incidents
    assert after.id == before.id
    for _ in range(30):
        home.beat(make_beat())
        home.rounds(3)
    assert home.watchdog.incidents == []
    assert home.recorded == [("START", "camera_silent"), ("END", "camera_silent")]
    eventually(lambda: len(endpoint.titles) == 2)
    assert endpoint.titles[1].startswith("다시 정상: 카메라 연결 끊김")


def test_disk_that_hangs_is_reported_and_is_not_buried_under_further_posts(
    home: Home,
    endpoint: Any,
    eventually: Eventually,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hangs, real, posted = threading.Event(), os.fsync, []
    post = EventService.post

    def count(events: EventService, new: list[Event]) -> Future[None]:
        posted.append(new)
        return post(events, new)

    monkeypatch.setattr(EventService, "post", count)
    home.free = 0
    with monkeypatch.context() as slow:
        slow.setattr("backend.watchdog.service.RECORD_SEC", 0.01)
        slow.setattr(os, "fsync", lambda descriptor: (hangs.wait(30), real(descriptor)))
        home.rounds(30)
        eventually(lambda: endpoint.titles)
        assert home.recorded == []
        assert len(posted) == 1
        hangs.set()
    home.rounds(1)
    assert home.recorded == [("START", "disk_low")]
    assert endpoint.titles == ["디스크 공간 부족 / Disk almost full"]


def test_trouble_that_the_log_refuses_is_reported_at_once_and_recorded_later(
    home: Home, endpoint: Any, eventually: Eventually, full_disk: FullDisk
) -> None:
    home.free = 0
    with full_disk(10):
        home.rounds(30)
        # The log's own trouble too, which is found as the first one is refused.
        eventually(lambda: has_told(endpoint, "Disk almost full", "Events cannot be recorded"))
        assert home.recorded == []
    home.rounds(2)
    assert sorted(home.recorded) == [("START", "disk_low"), ("START", "log_failing")]
    eventually(lambda: home.runs[-1][1].ledger_failure is None)
    home.free = DISK_FREE_BYTES
    home.rounds(700)
    well = "All is well again: "
    eventually(
        lambda: has_told(endpoint, f"{well}Disk almost full", f"{well}Events cannot be recorded")
    )


def test_ledger_that_cannot_be_written_is_reported_and_keeps_no_camera_from_being_missed(
    home: Home, make_beat: MakeBeat, endpoint: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.beat(make_beat())
    home.rounds(1)
    with monkeypatch.context() as broken:
        broken.setattr(AlertsAlone, "ledger_failure", "the ledger cannot be written")
        home.rounds(int(SILENT_AFTER_SEC) + 2)
    assert home.recorded == [("START", "log_failing"), ("START", "camera_silent")]


def test_incident_that_somebody_else_made_up_ends_and_stops_no_start(home: Home) -> None:
    events, _ = home.runs[-1]
    name = "x" * 128
    made_up = {"event_type": "START", "camera_id": "거실", "ts": 1.0, "event": "camera_silent"}
    for fields in ({"event_id": "no-incident"}, {"event_id": name, "incident_id": name}):
        events.post([typed(made_up | fields)]).result(5)
    home.stop()
    home.start()
    assert [incident.sent_id for incident in home.watchdog.incidents] == [name]
    home.rounds(100)
    assert home.watchdog.incidents == []
    assert home.recorded[-1] == ("END", "camera_silent")


def test_nobody_is_called_silent_while_heartbeats_cannot_be_recorded(
    home: Home, make_beat: MakeBeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.beat(make_beat())
    home.rounds(1)
    with monkeypatch.context() as broken:
        broken.setattr(EventService, "failure", property(lambda _: "No space left on device"))
        home.rounds(600)
    assert home.recorded == [("START", "log_failing")]
    home.rounds(int(SILENT_AFTER_SEC))
    assert home.recorded == [("START", "log_failing"), ("END", "log_failing")]
    # From when the log was back, a camera has the usual time.
    home.rounds(2)
    assert home.recorded[-1] == ("START", "camera_silent")


@pytest.fixture
def shows(home: Home, make_beat: MakeBeat) -> Callable[[str, int], None]:
    """Lets so many seconds go by in which the camera says how its picture is, nobody in it."""

    def show(picture: str, seconds: int) -> None:
        for _ in range(seconds // 30):
            home.beat(make_beat(picture=picture))
            home.rounds(30)

    return show


def test_dark_room_is_reported_after_minutes_whoever_puts_the_light_on_for_a_moment(
    home: Home, shows: Callable[[str, int], None]
) -> None:
    shows("dark", 540)
    shows("ok", 30)
    shows("dark", 60)
    assert home.recorded == []
    shows("dark", 30)
    assert home.recorded == [("START", "camera_dark")]


def test_second_night_is_not_reported_again_and_darkness_after_it_is(
    home: Home, shows: Callable[[str, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days of 36 minutes, nights of 12."""
    for name, seconds in {"DAY": 2160, "SHIFT": 60, "NIGHT": 300, "GAP": 30}.items():
        monkeypatch.setattr(f"backend.watchdog.usual_darkness.{name}_SEC", seconds)
    shows("dark", 720)
    shows("ok", 1440)
    first_night = [("START", "camera_dark"), ("END", "camera_dark")]
    assert home.recorded == first_night
    shows("dark", 720)
    assert home.recorded == first_night
    shows("dark", 690)
    assert home.recorded == [*first_night, ("START", "camera_dark")]


def test_missing_model_is_reported(home: Home, tmp_path: Path) -> None:
    home.stop()
    home.checkpoint = tmp_path / "nowhere"
    home.start()
    home.rounds(40)
    assert home.recorded == [("START", "detector_failing")]
    (incident,) = home.watchdog.incidents
    assert "nowhere/manifest.json: No such file" in str(incident.detail)


def test_round_that_fails_is_shown_and_the_next_one_follows(
    home: Home, monkeypatch: pytest.MonkeyPatch, eventually: Eventually
) -> None:
    monkeypatch.setattr("backend.watchdog.service.ROUND_SEC", 0.01)
    with monkeypatch.context() as broken:
        broken.setattr(home.watchdog, "_server", lambda _log: 1 / 0)
        home.watchdog.start()
        eventually(lambda: home.watchdog.failure == "the watchdog cannot look: ZeroDivisionError")
    eventually(lambda: home.watchdog.failure is None)
    home.watchdog.stop()
    assert home.watchdog.failure == "the watchdog does not run"


def test_camera_that_was_stopped_and_stays_away_is_reported_once_over_restarts(
    home: Home, make_beat: MakeBeat, endpoint: Any, eventually: Eventually
) -> None:
    home.record(make_beat(state="stopped"))
    home.rounds(900)
    assert home.recorded == []
    home.rounds(2)
    assert home.recorded == [("START", "camera_stopped")]
    home.stop()
    home.start()
    home.rounds(600)
    assert home.recorded == [("START", "camera_stopped")]
    for _ in range(15):
        home.beat(make_beat())
        home.rounds(3)
    assert home.recorded == [("START", "camera_stopped"), ("END", "camera_stopped")]
    eventually(lambda: len(endpoint.titles) == 2)
    assert endpoint.titles[0].startswith("카메라가 꺼진 채로 있음 - 거실")
    assert endpoint.titles[1].startswith("다시 정상: 카메라가 꺼진 채로 있음 - 거실")


def test_camera_that_is_taken_down_is_not_waited_for(
    home: Home, make_beat: MakeBeat, endpoint: Any, eventually: Eventually
) -> None:
    home.beat(make_beat(state="stopped"))
    home.rounds(902)
    home.beat(make_beat(state="ended"))
    home.rounds(3600)
    assert home.recorded == [("START", "camera_stopped"), ("END", "camera_stopped")]
    eventually(lambda: len(endpoint.titles) == 2)
    assert endpoint.titles[1].startswith("더 지켜보지 않음")


def test_camera_that_was_given_up_is_not_waited_for_after_a_restart(
    home: Home, make_beat: MakeBeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in {"FORGOTTEN_AFTER": 600.0, "HOUR": 60.0}.items():
        monkeypatch.setattr(f"backend.watchdog.roster.{name}_SEC", seconds)
    home.record(make_beat())
    home.rounds(700)
    given_up = [("START", "camera_silent"), ("END", "camera_silent")]
    assert home.recorded == given_up
    home.stop()
    home.start()
    home.rounds(100)
    assert (home.recorded, home.watchdog.cameras) == (given_up, {})
    home.record(make_beat())
    home.rounds(100)
    assert home.recorded == [*given_up, ("START", "camera_silent")]


def two_boxes(home: Home, make_beat: MakeBeat, seconds: int) -> None:
    """Both beat under one name."""
    for number in range(seconds):
        if number % 3 < 2:
            home.beat(make_beat(session_id=("a", "b")[number % 3]))
        home.rounds(1)


def one_box(home: Home, make_beat: MakeBeat, seconds: int) -> None:
    for _ in range(seconds // 3):
        home.beat(make_beat(session_id="a"))
        home.rounds(3)


def test_two_boxes_of_one_name_are_reported_and_the_death_of_one_too(
    home: Home, make_beat: MakeBeat, endpoint: Any, eventually: Eventually
) -> None:
    two_boxes(home, make_beat, 15)
    assert home.recorded == [("START", "camera_twice")]
    one_box(home, make_beat, 120)
    assert home.recorded == [("START", "camera_twice"), ("END", "camera_twice")]
    eventually(lambda: len(endpoint.titles) == 2)
    assert endpoint.titles[0].startswith("두 카메라가 같은 이름을 씀 - 거실")
    assert endpoint.titles[1].startswith("같은 이름의 두 카메라 중 하나에서 소식이 끊김 - 거실")


def test_second_box_that_gets_a_name_of_its_own_is_all_well(
    home: Home, make_beat: MakeBeat, endpoint: Any, eventually: Eventually
) -> None:
    two_boxes(home, make_beat, 60)
    home.beat(make_beat(session_id="b", state="stopped"))
    one_box(home, make_beat, 120)
    eventually(lambda: len(endpoint.titles) == 2)
    assert endpoint.titles[1].startswith("다시 정상: 두 카메라가 같은 이름을 씀 - 거실")


@pytest.mark.parametrize("years", [-50, -3, 3, 60])
def test_clock_that_is_set_by_years_hides_no_silence_and_lengthens_none(
    home: Home, make_beat: MakeBeat, years: int
) -> None:
    home.record(make_beat())
    home.rounds(30)
    home.wrong_by = years * 365 * 86_400.0
    home.rounds(9)
    assert home.recorded == []
    home.rounds(3)
    assert home.recorded == [("START", "camera_silent")]
    (start,) = home.watchdog.incidents
    assert start.duration_sec == pytest.approx(41.0, abs=2.0)
    # The same again after a restart, by a clock that was set once more meanwhile.
    home.stop()
    home.wrong_by = 0.0
    home.start()
    home.rounds(60)
    assert [incident.label for incident in home.watchdog.incidents] == ["camera_silent"]
    for _ in range(30):
        home.beat(make_beat())
        home.rounds(3)
    (end,) = home.runs[-1][0].incidents.newest(Wanted(HOME, label="camera_silent"), 1)
    assert 41.0 + 60.0 < (end.duration_sec or 0.0) < 300.0


@pytest.mark.parametrize("years", [-50, 3])
def test_camera_that_stays_away_is_reported_although_the_clock_was_set_while_the_server_was_off(
    home: Home, make_beat: MakeBeat, years: int
) -> None:
    home.record(make_beat())
    home.stop()
    home.wrong_by = years * 365 * 86_400.0
    home.start()
    home.rounds(int(SILENT_AFTER_SEC) + 2)
    assert home.recorded == [("START", "camera_silent")]


def test_crash_loop_is_reported_with_its_reason(
    home: Home, make_beat: MakeBeat, endpoint: Any, eventually: Eventually
) -> None:
    home.beat(make_beat(state="stopped"))
    for number in range(30):
        reason = {"state": "failed", "detail": "pose estimation cannot start: libGL.so.1"}
        said = {"state": "starting"} if number % 2 == 0 else reason
        home.beat(make_beat(session_id=f"s{number // 2}", fps=0.0, frame_age_sec=None, **said))
        home.rounds(4)
    assert home.recorded == [("START", "camera_blind")]
    assert [incident.label for incident in home.watchdog.incidents] == ["camera_blind"]
