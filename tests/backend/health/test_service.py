"""What `/health` says of each part."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from backend.alerts.service import NO_CHANNEL, AlertService, AlertSettings
from backend.behavior.service import BehaviorService
from backend.events.service import EventService
from backend.health.service import FORGOTTEN_AFTER_SEC, SILENT_AFTER_SEC, HealthService

NOW = 1_800_000_000.0


class Household:
    """The parts that health is asked of, and a clock."""

    def __init__(self, checkpoint: Path, data_dir: Path, token: str | None) -> None:
        self.now = NOW
        settings = AlertSettings(
            data_dir,
            ZoneInfo("Asia/Seoul"),
            frozenset({"fall"}),
            kakao_access_token=SecretStr(token) if token else None,
            # Nobody listens there.
            kakao_api_url="http://127.0.0.1:9",
            kakao_auth_url="http://127.0.0.1:9",
        )
        behavior = BehaviorService(checkpoint)
        self.alerts = AlertService(settings, lambda: self.now)
        self.events = EventService(data_dir / "events", self.alerts.consider, lambda: self.now)
        self.health = HealthService(behavior, self.events, self.alerts, lambda: self.now)

    def beat(self, camera_id: str, **fields: object) -> None:
        kind = {"camera_id": camera_id, "event_type": "HEARTBEAT"}
        self.events.recent.add({**kind, "received_at": self.now, **fields})


@contextmanager
def household(checkpoint: Path, data_dir: Path, token: str | None = None) -> Iterator[Household]:
    household = Household(checkpoint, data_dir, token)
    household.alerts.start()
    household.events.start()
    try:
        yield household
    finally:
        household.events.stop()
        household.alerts.stop()


@pytest.fixture
def home(checkpoint: Path, tmp_path: Path) -> Iterator[Household]:
    with household(checkpoint, tmp_path) as home:
        yield home


def test_missing_channel_degrades_the_whole_and_is_named(home: Household) -> None:
    health = home.health.check()
    assert (health.status, health.channel.status) == ("degraded", "degraded")
    assert health.channel.reason == NO_CHANNEL
    well = [health.model, health.log, health.alerts, health.cameras]
    assert [(part.status, part.reason) for part in well] == [("ok", None)] * 4


def test_working_model_shows_what_it_takes(home: Household) -> None:
    model = home.health.check().model.model_dump()
    assert (model["name"], model["version"]) == ("by-hand", "1")
    assert (model["window_length"], model["feature_layout"]) == (16, "body-2d-v1")


def test_missing_model_is_named(tmp_path: Path) -> None:
    with household(tmp_path / "nowhere", tmp_path) as home:
        model = home.health.check().model
    assert model.status == "degraded"
    assert "nowhere/manifest.json: No such file" in (model.reason or "")


def test_unreachable_channel_is_named_without_its_token(
    checkpoint: Path, tmp_path: Path, eventually: object
) -> None:
    with household(checkpoint, tmp_path, token="t0ken") as home:
        eventually(lambda: home.alerts.channel_failure)
        channel = home.health.check().channel
    assert channel.status == "degraded"
    assert "cannot be reached" in (channel.reason or "")
    assert "t0ken" not in (channel.reason or "")


def test_camera_that_falls_silent_is_named_until_it_speaks_again(home: Household) -> None:
    home.beat("거실")
    home.beat("침실")
    assert home.health.check().cameras.status == "ok"
    home.now += SILENT_AFTER_SEC + 1
    home.beat("침실")
    cameras = home.health.check().cameras.model_dump()
    assert (cameras["status"], cameras["reason"]) == ("degraded", "거실 is silent")
    assert cameras["seen"]["거실"] == {"last_heard_sec": 46, "stopped": False}
    assert cameras["seen"]["침실"] == {"last_heard_sec": 0, "stopped": False}
    home.beat("거실")
    assert home.health.check().cameras.status == "ok"


def test_camera_that_said_that_it_stops_is_not_missed(home: Household) -> None:
    home.beat("거실", state="stopped")
    home.now += 3600
    cameras = home.health.check().cameras
    assert (cameras.status, cameras.reason) == ("ok", None)


def test_camera_that_was_taken_down_is_forgotten_after_a_week(home: Household) -> None:
    home.beat("거실")
    home.now += FORGOTTEN_AFTER_SEC
    assert home.health.check().cameras.status == "degraded"
    home.now += 1
    cameras = home.health.check().cameras.model_dump()
    assert (cameras["status"], cameras["seen"]) == ("ok", {})


def test_camera_whose_windows_nobody_analyzes_is_named(home: Household) -> None:
    home.beat("거실", inference="none")
    cameras = home.health.check().cameras
    assert (cameras.status, cameras.reason) == (
        "degraded",
        "거실 is watched, but nobody analyzes what it sees",
    )
    home.beat("거실", inference="local")
    assert home.health.check().cameras.status == "ok"


@pytest.mark.parametrize("figures", [{"fps": 0.0}, {"fps": 29.9, "frame_age_sec": 10.5}])
def test_camera_that_sends_no_pictures_is_named(home: Household, figures: dict[str, float]) -> None:
    home.beat("거실", **figures)
    cameras = home.health.check().cameras
    assert (cameras.status, cameras.reason) == ("degraded", "거실 sends no pictures")
    home.beat("거실", fps=29.9, frame_age_sec=0.1)
    assert home.health.check().cameras.status == "ok"
