"""What `/health` says of each part."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from backend.alerts.service import NO_CHANNEL
from backend.analysis.service import BehaviorService
from backend.bus import Bus
from backend.events.journal.record import Record
from backend.events.messages import EventsRecorded
from backend.health.service import SERVER_FAILS, HealthService, Part
from backend.live.service import LiveService
from backend.vision.local import VisionService
from backend.watchdog.roster import FORGOTTEN_AFTER_SEC
from backend.watchdog.service import SILENT_AFTER_SEC, WatchdogService
from testkit.alone import AlertsAlone, AlertSettings, EventsAlone, typed
from testkit.households import HOME

NOW = 1_800_000_000.0


class Household:
    """The parts that health is asked of, and a clock."""

    def __init__(
        self, checkpoint: Path, data_dir: Path, token: str | None, image_checkpoints: Path
    ) -> None:
        self.now = NOW
        settings = AlertSettings(
            data_dir=data_dir,
            time_zone=lambda _: ZoneInfo("Asia/Seoul"),
            anomalous_labels=frozenset({"fall"}),
            kakao_access_token=SecretStr(token) if token else None,
            # Nobody listens there.
            kakao_api_url="http://127.0.0.1:9",
            kakao_auth_url="http://127.0.0.1:9",
        )
        behavior, vision = BehaviorService(checkpoint), VisionService(image_checkpoints)
        self.bus = Bus()
        self.alerts = AlertsAlone(settings, lambda: self.now, bus=self.bus)
        # The leaps of `now` are none of its business: it would take them for a disk that hangs.
        self.events = EventsAlone(
            data_dir / "events",
            self.alerts.consider,
            lambda: NOW,
            self.bus,
            self.alerts.database,
        )
        self.watchdog = WatchdogService(
            behavior,
            self.events,
            self.alerts.incidents,
            self.alerts,
            self.bus,
            data_dir,
            clock=lambda: self.now,
            monotonic=lambda: self.now,
        )
        live = LiveService(vision.predict, None, self.bus, None)
        self.health = HealthService(
            {
                "model": behavior.health,
                "log": self.events.health,
                "watchdog": self.watchdog.health,
                "vision": vision.health,
                "gateway": live.health,
            },
            {
                "alerts": self.alerts.health,
                "channel": self.alerts.channel_health,
                "cameras": self.watchdog.cameras_health,
            },
        )

    def beat(self, camera_id: str, **fields: object) -> None:
        kind = {"camera_id": camera_id, "event_type": "HEARTBEAT", "event_id": uuid4().hex}
        beat = Record.of(typed({**kind, "ts": self.now, **fields}), self.now)
        self.bus.publish(EventsRecorded([beat]))

    def cameras_after(self, seconds: float = 0.0) -> Part:
        """What health says of the cameras once that much time has gone by."""
        self.watchdog.round()
        self.now += seconds
        self.watchdog.round()
        return self.health.check(HOME).cameras


@contextmanager
def household(
    checkpoint: Path,
    data_dir: Path,
    token: str | None = None,
    image_checkpoints: Path = Path("nowhere"),
) -> Iterator[Household]:
    household = Household(checkpoint, data_dir, token, image_checkpoints)
    household.alerts.start()
    household.events.start()
    try:
        yield household
    finally:
        household.events.stop()
        household.alerts.stop()


@pytest.fixture
def home(checkpoint: Path, image_checkpoints: Path, tmp_path: Path) -> Iterator[Household]:
    with household(checkpoint, tmp_path, image_checkpoints=image_checkpoints) as home:
        yield home


def test_missing_channel_degrades_the_whole_and_is_named(home: Household) -> None:
    health = home.health.check(HOME)
    assert (health.status, health.channel.status) == ("degraded", "degraded")
    assert health.channel.reason == NO_CHANNEL
    well = [health.model, health.log, health.alerts, health.cameras, health.vision]
    assert [(part.status, part.reason) for part in well] == [("ok", None)] * 5


def test_working_model_shows_what_it_takes(home: Household) -> None:
    model = home.health.check(HOME).model.model_dump()
    assert (model["name"], model["version"]) == ("by-hand", "1")
    assert (model["window_length"], model["feature_layout"]) == (16, "body-2d-v2")


def test_missing_model_is_named(tmp_path: Path) -> None:
    with household(tmp_path / "nowhere", tmp_path) as home:
        model = home.health.check(HOME).model
    assert model.status == "degraded"
    assert "nowhere/manifest.json: No such file" in (model.reason or "")


def test_missing_image_model_is_named(checkpoint: Path, tmp_path: Path) -> None:
    with household(checkpoint, tmp_path) as home:
        health = home.health.check(HOME)
    assert (health.status, health.vision.status) == ("degraded", "degraded")
    assert "posture: cannot read nowhere/posture/manifest.json" in (health.vision.reason or "")


def test_unreachable_channel_is_named_without_its_token(
    checkpoint: Path, tmp_path: Path, eventually: object
) -> None:
    with household(checkpoint, tmp_path, token="t0ken") as home:
        eventually(lambda: home.alerts.channel_failure)
        channel = home.health.check(HOME).channel
    assert channel.status == "degraded"
    assert "cannot be reached" in (channel.reason or "")
    assert "t0ken" not in (channel.reason or "")


def test_camera_that_falls_silent_is_named_until_it_is_heard_again(home: Household) -> None:
    home.beat("거실")
    home.beat("침실")
    assert home.cameras_after().status == "ok"
    home.now += SILENT_AFTER_SEC + 1
    home.beat("침실")
    cameras = home.cameras_after().model_dump()
    assert (cameras["status"], cameras["reason"]) == ("degraded", "거실 is silent")
    assert cameras["seen"]["거실"] == {"last_heard_sec": 41, "stopped": False}
    assert cameras["seen"]["침실"] == {"last_heard_sec": 0, "stopped": False}
    for _ in range(7):
        home.now += 10
        home.beat("거실")
        home.beat("침실")
        home.watchdog.round()
    assert home.cameras_after().status == "ok"


def test_camera_that_said_that_it_stops_is_missed_after_a_quarter_of_an_hour(
    home: Household,
) -> None:
    home.beat("거실", state="stopped")
    cameras = home.cameras_after(900)
    assert (cameras.status, cameras.reason) == ("ok", None)
    cameras = home.cameras_after(1)
    assert cameras.reason == "거실 was stopped and has not come back"
    home.beat("거실", state="ended")
    cameras = home.cameras_after(3600)
    assert (cameras.status, cameras.reason) == ("ok", None)
    seen = {"last_heard_sec": 3600, "stopped": True}
    assert cameras.model_dump()["seen"] == {"거실": seen}


def test_camera_that_was_taken_down_is_forgotten_after_a_week(home: Household) -> None:
    home.beat("거실")
    assert home.cameras_after(FORGOTTEN_AFTER_SEC).status == "degraded"
    home.cameras_after(1)
    cameras = home.cameras_after(100).model_dump()
    assert (cameras["status"], cameras["seen"]) == ("ok", {})


@pytest.mark.parametrize(
    ("fields", "trouble"),
    [
        ({"fps": 0.0}, "sends no pictures"),
        ({"fps": 29.9, "frame_age_sec": 10.5}, "sends no pictures"),
        ({"inference": "none"}, "is watched, but nobody analyzes what it sees"),
        ({"picture": "frozen"}, "gives a picture that is frozen"),
    ],
)
def test_camera_that_is_of_no_use_is_named(
    home: Household, fields: dict[str, object], trouble: str
) -> None:
    home.beat("거실", **fields)
    cameras = home.cameras_after(SILENT_AFTER_SEC - 1)
    assert (cameras.status, cameras.reason) == ("degraded", f"거실 {trouble}")
    home.beat("거실", fps=29.9, frame_age_sec=0.1, inference="local", picture="ok")
    assert home.cameras_after(SILENT_AFTER_SEC - 1).status == "ok"


def test_open_incidents_are_shown_and_the_servers_own_degrade_the_watchdog(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    home.beat("거실", fps=0.0)
    home.cameras_after(30)
    watchdog = home.health.check(HOME).watchdog.model_dump()
    shown = {(incident["label"], incident["camera_id"]) for incident in watchdog["incidents"]}
    assert shown == {("disk_low", "server"), ("camera_blind", "거실")}
    home.watchdog.start()
    try:
        reason = home.health.check(HOME).watchdog.reason
    finally:
        home.watchdog.stop()
    assert reason == "1 MB are free on the disk of DATA_DIR"


def test_watchdog_that_does_not_run_is_no_silence(home: Household) -> None:
    watchdog = home.health.check(HOME).watchdog
    assert (watchdog.status, watchdog.reason) == ("degraded", "the watchdog does not run")


def test_household_hears_of_its_own_cameras_and_of_the_server_in_general_words(
    home: Household,
) -> None:
    home.beat("거실")
    home.beat("거실.h2")
    home.watchdog.round()
    first, second = home.health.check(1), home.health.check(2)
    assert list(first.cameras.model_dump()["seen"]) == ["거실"]
    assert list(second.cameras.model_dump()["seen"]) == ["거실.h2"]
    own = {"alerts", "channel", "cameras"}
    assert set(second.model_extra) == own | {"server"}


def test_household_hears_that_the_server_fails_and_not_of_what(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    home.cameras_after(30)
    assert home.health.check(1).watchdog.reason
    said = home.health.check(2)
    assert said.status == "degraded"
    assert said.server.reason == SERVER_FAILS
    assert "MB" not in said.model_dump_json()
