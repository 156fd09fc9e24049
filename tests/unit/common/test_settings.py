"""What is refused in a setting of either half, and which names are warned of."""

import os
from pathlib import Path

import pytest
import typer

from agent.config import AgentSettings
from backend.config import BackendSettings, VisionSettings
from common.settings import Settings, misspelt, read_settings

HALVES: list[type[Settings]] = [BackendSettings, AgentSettings]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests gets in."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name not in {"PATH", "HOME"}:
            monkeypatch.delenv(name)


def refusal(half: type[Settings], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(typer.Exit) as stopped:
        read_settings(half)
    assert stopped.value.exit_code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("quote", ['"', "'", "`"])
@pytest.mark.parametrize("name", ["API_KEY", "DATA_DIR", "MODEL_CHECKPOINT_PATH"])
def test_quotes_that_came_along_are_refused(
    half: type[Settings],
    quote: str,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(name, f"{quote}s3cr3t-of-the-house{quote}")
    said = refusal(half, capsys)
    assert said.startswith(f"wrong setting: {name}: expected no quotes around it")
    assert "s3cr3t" not in said


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("name", ["DATA_DIR", "MODEL_CHECKPOINT_PATH"])
def test_comment_behind_a_value_is_refused_where_the_file_has_none(
    half: type[Settings],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(name, "data   # on the large disk")
    said = refusal(half, capsys)
    assert (
        said == f"wrong setting: {name}: expected no `#` in it: a comment needs a line of its own\n"
    )


def test_camera_may_have_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMERA_ID", "현관 #2")
    assert AgentSettings().camera_id == "현관 #2"


@pytest.mark.parametrize("half", HALVES)
def test_tilde_is_the_home_directory(
    half: type[Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    names = [name for name in half.names() if name.endswith(("_DIR", "_PATH"))]
    assert len(names) == 3
    Path(".env").write_text("".join(f"{name}=~/{name}\n" for name in names), encoding="utf-8")
    settings = half()
    assert {getattr(settings, name.lower()) for name in names} == {tmp_path / n for n in names}
    if isinstance(settings, AgentSettings):
        cameras = {"hall": "~/hall.mp4", "bed": "rtsp://camera/~user"}
        settings = AgentSettings(source="~/fall.npz", cameras=cameras)
        assert settings.source == f"{tmp_path}/fall.npz"
        assert settings.cameras == cameras | {"hall": f"{tmp_path}/hall.mp4"}


@pytest.mark.parametrize("half", HALVES)
def test_home_of_nobody_is_refused(
    half: type[Settings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", "~nobody-of-that-name/data")
    assert refusal(half, capsys).startswith("wrong setting: DATA_DIR: expected a path, or ~")


@pytest.mark.parametrize("half", HALVES)
def test_dollar_in_a_file_of_settings_is_a_dollar(
    half: type[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PART", "something")
    key = "k3y-${PART}-$PART-${NONE:-x}"
    Path(".env").write_text(f'API_KEY={key}\nDATA_DIR="{key}"\n', encoding="utf-8")
    settings = half()
    assert settings.api_key.get_secret_value() == key  # type: ignore[attr-defined]
    assert settings.data_dir == Path(key)  # type: ignore[attr-defined]


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("place", ["environment", ".env"])
def test_secret_is_read_from_a_file_where_it_is_not_set_itself(
    half: type[Settings],
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "key").write_text("k3y-of-the-house\n", encoding="utf-8")
    if place == ".env":
        Path(".env").write_text(f"API_KEY_FILE={tmp_path / 'key'}\n", encoding="utf-8")
    else:
        monkeypatch.setenv("API_KEY_FILE", str(tmp_path / "key"))
    key = read_settings(half).api_key  # type: ignore[attr-defined]
    assert key.get_secret_value() == "k3y-of-the-house"
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("API_KEY", "an0ther-key-of-the-house")
    assert half().api_key.get_secret_value() == "an0ther-key-of-the-house"  # type: ignore[attr-defined]


def test_several_keys_may_lie_in_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("keys").write_text("hall=KEY-OF-16-LETTERS,bed=ANOTHER-LONG-KEY", encoding="utf-8")
    monkeypatch.setenv("CAMERA_KEYS_FILE", "keys")
    monkeypatch.setenv("API_KEY", "k3y-of-the-house")
    assert set(BackendSettings(_env_file=None).camera_keys) == {"hall", "bed"}


@pytest.mark.parametrize("half", HALVES)
def test_file_of_a_secret_that_is_not_there_or_holds_a_wrong_one_is_refused(
    half: type[Settings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("API_KEY_FILE", "nowhere")
    assert refusal(half, capsys).startswith("wrong setting: API_KEY_FILE: expected a file")
    Path("nowhere").write_bytes(b"\xff" * 20)
    assert refusal(half, capsys).startswith("wrong setting: API_KEY_FILE: expected a file")
    Path("nowhere").write_text("sh0rt", encoding="utf-8")
    said = refusal(half, capsys)
    assert said.startswith("wrong setting: API_KEY: expected a key of 16 characters")
    assert "sh0rt" not in said


def test_what_is_no_secret_is_not_read_from_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("folder").write_text("elsewhere", encoding="utf-8")
    monkeypatch.setenv("DATA_DIR_FILE", "folder")
    assert read_settings(BackendSettings).data_dir == Path("data")


@pytest.mark.parametrize(
    ("half", "name", "meant"),
    [
        (BackendSettings, "APIKEY", "API_KEY"),
        (AgentSettings, "APIKEY", "API_KEY"),
        (VisionSettings, "API_KEYS", "API_KEY"),
        (BackendSettings, "api-key", "API_KEY"),
        (BackendSettings, "ALERT_URL", "ALERT_URLS"),
        (BackendSettings, "ALERTS_URLS", "ALERT_URLS"),
        (BackendSettings, "ALRET_URLS", "ALERT_URLS"),
        (BackendSettings, "ALERT_EVENT", "ALERT_EVENTS"),
        (BackendSettings, "KAKAO_TOKEN", "KAKAO_ACCESS_TOKEN"),
        (BackendSettings, "KAKAO_CLIENTSECRET", "KAKAO_CLIENT_SECRET"),
        (BackendSettings, "WATCHDOG_URL", "WATCHDOG_PING_URL"),
        (BackendSettings, "CAMERA_KEY", "CAMERA_KEYS"),
        (BackendSettings, "DATADIR", "DATA_DIR"),
        (AgentSettings, "BACKEND_URL", "BACKEND_BASE_URL"),
        (AgentSettings, "CAMERAID", "CAMERA_ID"),
        (AgentSettings, "CAMERA", "CAMERAS"),
        (AgentSettings, "SHARE_FRAME", "SHARE_FRAMES"),
    ],
)
@pytest.mark.parametrize("place", ["environment", ".env"])
def test_name_close_to_a_setting_is_warned_of(
    half: type[Settings],
    name: str,
    meant: str,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if place == ".env":
        Path(".env").write_text(f"{name}=s3cr3t\n", encoding="utf-8")
    else:
        monkeypatch.setenv(name, "s3cr3t")
    read_settings(half)
    said = capsys.readouterr().err
    assert said == f"warning: {name} is no setting and is passed over: was {meant} meant?\n"


def test_what_a_machine_has_in_its_environment_is_not_warned_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine = "LANG PAGER TERM SHELL USER LOGNAME XDG_DATA_DIRS XDG_RUNTIME_DIR HOSTNAME SSH_TTY"
    for name in [*machine.split(), "OPENAI_API_KEY", "PYTHONPATH", "EVENT_MACHINE__SMOOTHING"]:
        monkeypatch.setenv(name, "1")
    for half in (*HALVES, VisionSettings):
        assert misspelt(half) == {}


def test_one_file_may_have_the_settings_of_all(tmp_path: Path) -> None:
    everything = {name for half in HALVES for name in half.names()}
    Path(".env").write_text("".join(f"{name}=\n" for name in everything), encoding="utf-8")
    for half in (*HALVES, VisionSettings):
        assert misspelt(half) == {}
