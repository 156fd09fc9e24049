"""Settings: read from the environment, and a wrong one stops the start with its name."""

import os
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent import cli
from agent.cli import app
from agent.config import AgentSettings, Inference, ShareFrames


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # no `.env` here
    for name in os.environ:
        if name.lower() in AgentSettings.model_fields or name.startswith("EVENT_MACHINE"):
            monkeypatch.delenv(name)


def test_environment_replaces_the_defaults_and_options_replace_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CAMERA_ID", "현관")
    monkeypatch.setenv("INFERENCE", "local")
    monkeypatch.setenv("EVENT_MACHINE__COOLDOWN_SEC", "30")
    settings = AgentSettings(camera_id="부엌")
    assert (settings.camera_id, settings.inference) == ("부엌", Inference.LOCAL)
    assert settings.event_machine.cooldown_sec == 30.0
    assert settings.event_machine.start_votes == 3
    assert settings.heartbeat_sec == 3.0
    assert settings.still_down_after == 15.0
    assert (settings.on_floor_after, settings.lost_after_fall) == (20.0, 5.0)


def test_no_picture_is_shared_unless_that_is_turned_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert AgentSettings().share_frames is ShareFrames.NEVER
    monkeypatch.setenv("SHARE_FRAMES", "")
    assert AgentSettings().share_frames is ShareFrames.NEVER
    monkeypatch.setenv("SHARE_FRAMES", "incident")
    assert AgentSettings().share_frames is ShareFrames.INCIDENT


def test_env_file_is_read_and_empty_values_are_defaults(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "CAMERA_ID=거실\nAPI_KEY=\nSOURCE=\nEVENT_MACHINE__START_THRESHOLD=\n", encoding="utf-8"
    )
    settings = AgentSettings()
    assert (settings.camera_id, settings.api_key, settings.source) == ("거실", None, "0")
    assert settings.event_machine.start_threshold is None


def test_key_does_not_show() -> None:
    settings = AgentSettings.model_validate({"api_key": "top-secret-of-the-house"})
    assert "top-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INFERENCE", "cloud"),
        ("PACE", "slow"),
        ("SHARE_FRAMES", "always"),
        ("SHARE_FRAMES", "true"),
        ("HEARTBEAT_SEC", "0"),
        ("HEARTBEAT_SEC", "nan"),
        ("PROBS_SEC", "often"),
        ("DRAIN_SEC", "-1"),
        ("OUTBOX_EVENTS", "999"),
        ("OUTBOX_EVENTS", "all"),
        ("STILL_DOWN_AFTER", "0"),
        ("STILL_DOWN_AFTER", "3600"),
        ("STILL_DOWN_AFTER", "nan"),
        ("ON_FLOOR_AFTER", "0.5"),
        ("ON_FLOOR_AFTER", "601"),
        ("ON_FLOOR_AFTER", "long"),
        ("LOST_AFTER_FALL", "0"),
        ("LOST_AFTER_FALL", "61"),
        ("LOST_AFTER_FALL", "inf"),
        ("BACKEND_BASE_URL", "example.org"),
        ("BACKEND_BASE_URL", "ftp://example.org"),
        ("BACKEND_BASE_URL", "http://example.org:99999"),
        ("BACKEND_BASE_URL", "http://user:top-secret@example.org"),
        ("CAMERA_ID", "x" * 129),
        ("CAMERA_ID", " Server"),
        ("CAMERA_ID", "   "),
        ("CAMERA_ID", "rtsp://user:top-secret@camera"),
        ("CAMERAS", '{"rtsp://user:top-secret@camera": "0"}'),
        ("CAMERA_ID", "hall\u202e"),
        ("CAMERAS", '{"hall": "0", "server": "rtsp://user:top-secret@camera"}'),
        ("CAMERAS", "hall=rtsp://user:top-secret@camera"),
        ("CAMERAS", '{"hall": "rtsp://user:top-secret@camera"'),
        ("CAMERAS", '["rtsp://user:top-secret@camera"]'),
        ("CAMERAS", '"top-secret"'),
        ("CAMERAS", '{"": "rtsp://user:top-secret@camera"}'),
        ("CAMERAS", '{"hall": ""}'),
        ("CAMERAS", '{"hall": 0}'),
        ("CAMERAS", '{"hall": "0", "hall": "1"}'),
        ("CAMERAS", "{}"),
        ("API_KEY", "top-secret 비밀"),
        ("EVENT_MACHINE__START_VOTES", "many"),
        ("EVENT_MACHINE", "{"),
    ],
)
def test_wrong_value_ends_with_2_and_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("wrong setting: ")
    assert name in line.upper()
    assert "top-secret" not in line


def test_two_machines_that_nobody_named_are_two_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    names = iter(["attic", "cellar", "server", ""])
    monkeypatch.setattr(socket, "gethostname", lambda: next(names))
    # A camera called `server` would be taken for the server itself.
    assert [AgentSettings().camera_id for _ in range(4)] == ["attic", "cellar", "camera", "camera"]


def test_cameras_have_names_and_sources_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert AgentSettings().watched == {socket.gethostname(): "0"}
    assert AgentSettings(camera_id="현관", source="1").watched == {"현관": "1"}
    monkeypatch.setenv("CAMERAS", '{"거실": "rtsp://u:p=1,2@camera/stream?a=b", "부엌": " 0 "}')
    watched = {"거실": "rtsp://u:p=1,2@camera/stream?a=b", "부엌": "0"}
    # A service sets CAMERA_ID in any case.
    assert AgentSettings(camera_id="hall").watched == watched


@pytest.mark.parametrize(
    ("options", "watched"),
    [
        ((), {"env": "0"}),
        (
            ("--camera", "거실=rtsp://c/?a=b", "--camera", "부엌=1"),
            {"거실": "rtsp://c/?a=b", "부엌": "1"},
        ),
        (("--source", "fall.npz"), {socket.gethostname(): "fall.npz"}),
        (("--camera-id", "현관"), {"현관": "0"}),
    ],
)
def test_options_replace_the_cameras_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], watched: dict[str, str]
) -> None:
    monkeypatch.setenv("CAMERAS", '{"env": "0"}')
    asked: list[AgentSettings] = []
    monkeypatch.setattr(cli, "watch", lambda settings, _: asked.append(settings))
    monkeypatch.setattr(cli, "silence_native_stderr", lambda: None)
    assert CliRunner().invoke(app, options).exit_code == 0
    assert asked[0].watched == watched


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--camera", "hall"), "expected NAME=SOURCE"),
        (("--camera", "=0"), "expected NAME=SOURCE"),
        (("--camera", "hall="), "expected NAME=SOURCE"),
        (("--camera", "hall=0", "--camera", "hall=1"), "a name of its own"),
        (("--camera", "hall=0", "--source", "1"), "either this or --source"),
        (("--camera", "hall=0", "--camera-id", "hall"), "either this or --source"),
        (("--camera", "a=0", "--camera", "b=1", "--record", "x.npz"), "one camera to record"),
        (("--camera", "hall=rtsp://u:top-secret@c", "--camera", "hall=1"), "a name of its own"),
        (("--camera", "rtsp://u:top-secret@c/s?channel=1"), "expected NAME=SOURCE"),
        (("--camera", f"{'x' * 129}=0"), "at most 128 characters"),
    ],
)
def test_wrong_cameras_end_with_2_and_what_was_expected(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], expected: str
) -> None:
    monkeypatch.setattr(cli, "silence_native_stderr", lambda: None)
    result = CliRunner().invoke(app, options, env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert expected in result.stderr
    assert "top-secret" not in result.output


def test_thresholds_of_the_event_machine_are_checked_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EVENT_MACHINE__START_VOTES", "5")
    monkeypatch.setenv("EVENT_MACHINE__VOTE_WINDOW", "4")
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 2
    assert "start_votes must be 1 to 4, got 5" in result.stderr


def test_env_file_that_is_no_text_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"CAMERA_ID=\xff\xfe\n")
    result = CliRunner().invoke(app, [])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
