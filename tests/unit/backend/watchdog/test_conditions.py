"""What counts as wrong, and what cannot be known."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from backend.events.journal.record import Record
from backend.troubles.finders import (
    CLOCK_SEC,
    LEAST_FPS,
    OUTBOX_EVENTS,
    SEEN_SHARE,
    other_model,
    span,
)
from backend.troubles.subjects import ServerState
from backend.watchdog.beats import beats_of
from backend.watchdog.conditions import (
    DISK_FREE_BYTES,
    STOPPED_AFTER_SEC,
    Condition,
    Findings,
    low_disk,
    of_cameras,
    of_server,
)
from backend.watchdog.roster import Cameras
from contract.trouble import SERVER

MakeBeat = Callable[..., Record]
SILENT_AFTER = 40.0


def found(findings: Findings) -> dict[str, str]:
    return {condition.trouble: finding.detail for condition, finding in findings.items() if finding}


def of(record: Record, silent_sec: float = 0.0, *, heard: bool = True) -> Findings:
    beats = beats_of([record], 0.0)
    cameras = Cameras([] if heard else beats, record.received_at, 0.0)
    if heard:
        cameras.note(beats)
    return of_cameras(cameras.look(silent_sec, SILENT_AFTER), SILENT_AFTER)


def test_nothing_is_wrong_with_a_camera_that_is_well(make_beat: MakeBeat) -> None:
    assert of(make_beat(), SILENT_AFTER) == {}


@pytest.mark.parametrize(
    ("fields", "trouble"),
    [
        ({"frame_age_sec": 10.1}, "camera_blind"),
        ({"fps": LEAST_FPS - 0.1}, "camera_slow"),
        ({"picture": "frozen"}, "camera_frozen"),
        ({"picture": "dark"}, "camera_dark"),
        ({"picture": "dark", "pose_share": SEEN_SHARE - 0.01}, "camera_dark"),
        ({"picture": "blurred"}, "camera_blurred"),
        ({"picture": "unchecked"}, "camera_unchecked"),
        ({"upside_down_share": 0.8}, "camera_upside_down"),
        ({"model": "a", "model_failure": "version b is not used"}, "camera_model"),
        ({"picture": "covered"}, "camera_covered"),
        ({"ts": CLOCK_SEC}, "camera_clock"),
        ({"inference": "none"}, "detector_failing"),
        ({"outbox_length": OUTBOX_EVENTS + 1}, "outbox_growing"),
        ({"outbox_failure": "No space left on device"}, "outbox_failing"),
    ],
)
def test_each_trouble_is_found_in_the_heartbeat_and_alone(
    make_beat: MakeBeat, fields: dict[str, object], trouble: str
) -> None:
    assert found(of(make_beat(**fields))).keys() == {trouble}


@pytest.mark.parametrize(
    "fields",
    [
        {"frame_age_sec": 10.0},
        {"fps": LEAST_FPS},
        {"outbox_length": OUTBOX_EVENTS},
        {"ts": CLOCK_SEC - 0.1},
        {"picture": "ok"},
        {"picture": "dark", "pose_share": SEEN_SHARE},
        {"picture": "a word of a later version"},
        {"fps": None, "frame_age_sec": None, "inference": None, "outbox_length": None},
    ],
)
def test_nothing_is_wrong_up_to_the_limits(make_beat: MakeBeat, fields: dict[str, object]) -> None:
    assert found(of(make_beat(**fields))) == {}


@pytest.mark.parametrize(
    ("model", "offered", "is_wrong"),
    [("a", "b", True), ("a", "a", False), ("a", None, False), (None, "a", False)],
)
def test_a_box_has_the_model_that_is_to_serve(
    make_beat: MakeBeat, model: str | None, offered: str | None, *, is_wrong: bool
) -> None:
    cameras = Cameras([], 0.0, 0.0)
    cameras.note(beats_of([make_beat(model=model)], 0.0))
    (camera,) = cameras.look(0.0, SILENT_AFTER).values()
    assert (other_model(replace(camera, offered=offered)) is not None) == is_wrong


def test_camera_without_a_picture_is_blind_and_slow(make_beat: MakeBeat) -> None:
    assert found(of(make_beat(fps=0.0))).keys() == {"camera_blind", "camera_slow"}


@pytest.mark.parametrize("heard", [True, False])
def test_camera_whose_watch_has_failed_is_blind_and_says_why(
    make_beat: MakeBeat, *, heard: bool
) -> None:
    failed = make_beat(state="failed", fps=0.0, detail="no camera 0")
    for silent_sec in (0.0, 86_400.0):
        findings = of(failed, silent_sec, heard=heard)
        assert found(findings) == {"camera_blind": "is not watched: no camera 0"}
        assert findings[Condition("camera_silent", "거실")] is None


def test_backlog_says_nothing_of_now_but_that_there_is_one(make_beat: MakeBeat) -> None:
    fields: dict[str, object] = {"picture": "dark", "inference": "none", "fps": 0.0}
    waited = make_beat(86_400.0, ts=0.0, outbox_length=OUTBOX_EVENTS + 1, **fields)
    findings = of(waited)
    assert found(findings).keys() == {"outbox_growing"}
    assert findings[Condition("camera_blind", "거실")] is None
    assert findings[Condition("camera_clock", "거실")] is None


@pytest.mark.parametrize(
    ("ts", "received_at", "said"),
    [
        (0.0, 1.8e9, "has a clock that is 57 years behind"),
        (1.9e9, 1.8e9, "has a clock that is 3 years ahead"),
        (1.8e9, 1.8e9 + 7300.0, "has a clock that is 2 hours behind"),
        (1.8e9 + 95.0, 1.8e9, "has a clock that is 1 min ahead"),
    ],
)
def test_clock_that_is_wrong_is_found_with_how_far(
    make_beat: MakeBeat, ts: float, received_at: float, said: str
) -> None:
    assert found(of(make_beat(received_at, ts=ts))) == {"camera_clock": said}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(119.0, "1 min"), (7199.0, "119 min"), (172_799.0, "47 hours"), (172_800.0, "2 days")],
)
def test_span_is_said_in_its_largest_unit(seconds: float, said: str) -> None:
    assert span(seconds) == said


def test_silent_camera_is_found_and_the_rest_is_not_known(make_beat: MakeBeat) -> None:
    findings = of(make_beat(picture="dark"), SILENT_AFTER + 0.1)
    assert found(findings) == {"camera_silent": "is silent"}
    assert findings[Condition("camera_dark", "거실")] is None


def test_nothing_is_known_of_a_camera_that_may_still_come_back(make_beat: MakeBeat) -> None:
    findings = of(make_beat(picture="dark"), heard=False)
    assert set(findings.values()) == {None}
    assert Condition("camera_silent", "거실") in findings


def test_camera_that_stays_away_after_a_restart_is_silent(make_beat: MakeBeat) -> None:
    assert found(of(make_beat(), SILENT_AFTER + 0.1, heard=False)).keys() == {"camera_silent"}


@pytest.mark.parametrize("heard", [True, False])
def test_camera_that_said_good_bye_is_missed_after_a_quarter_of_an_hour(
    make_beat: MakeBeat, *, heard: bool
) -> None:
    stopped = make_beat(state="stopped", picture="dark")
    findings = of(stopped, STOPPED_AFTER_SEC, heard=heard)
    assert findings == {Condition("camera_stopped", "거실"): None}
    findings = of(stopped, STOPPED_AFTER_SEC + 1, heard=heard)
    assert found(findings) == {"camera_stopped": "was stopped and has not come back"}


def test_camera_that_said_good_bye_for_good_is_not_missed(make_beat: MakeBeat) -> None:
    assert of(make_beat(state="ended", picture="dark"), 86_400.0) == {}


def test_picture_is_not_known_without_one(make_beat: MakeBeat) -> None:
    findings = of(make_beat(picture=None))
    assert findings[Condition("camera_dark", "거실")] is None
    assert found(findings) == {}


def test_server_is_well_until_something_speaks_against_it() -> None:
    assert of_server(ServerState(None, None, None, None)) == {}
    findings = of_server(ServerState("no space", "no model", "expires", "1 MB are free"))
    assert found(findings) == {
        "log_failing": "no space",
        "detector_failing": "no model",
        "token_expiring": "expires",
        "disk_low": "1 MB are free",
    }
    assert {condition.subject for condition in findings} == {SERVER}


def test_disk_is_low_below_its_limit() -> None:
    assert low_disk(DISK_FREE_BYTES) is None
    assert low_disk(312_400_000) == "312 MB are free on the disk of DATA_DIR"
