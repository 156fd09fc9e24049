"""Settings: read from the environment, and a wrong one stops the start with its name."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

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
    settings = AgentSettings.model_validate({"api_key": "top-secret"})
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
        ("BACKEND_BASE_URL", "example.org"),
        ("BACKEND_BASE_URL", "ftp://example.org"),
        ("BACKEND_BASE_URL", "http://example.org:99999"),
        ("BACKEND_BASE_URL", "http://user:top-secret@example.org"),
        ("CAMERA_ID", "x" * 129),
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
