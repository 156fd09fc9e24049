"""A camera box that is paired: what it keeps and uses, and what it says when it fails."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import HttpUrl, SecretStr

from agent.config import AgentSettings
from agent.pairing import Pairing, PairingFailed, applied, is_code, kept, pair_box
from testkit.scripted_server import Request, ScriptedServer

KEY = "a-key-of-this-camera-alone"
GIVEN = json.dumps({"camera_id": "거실", "key": KEY}).encode()


@pytest.fixture
def settings(tmp_path: Path, scripted_server: ScriptedServer) -> Callable[..., AgentSettings]:
    """The settings of a box, with those that somebody has set."""

    def make(**given: object) -> AgentSettings:
        there = {"data_dir": tmp_path / "box", "backend_base_url": scripted_server.url}
        return AgentSettings.model_validate(there | given)

    return make


def gives(_request: Request) -> tuple[int, bytes]:
    return 200, GIVEN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("048213", True), ("048 213", True), ("048-213", True),
        ("48213", False), ("0482130", False), ("04821x", False), ("", False), ("٠٤٨٢١٣", False),
    ],
)  # fmt: skip
def test_code_is_six_digits(text: str, expected: bool) -> None:
    assert is_code(text) is expected


def test_what_the_server_gives_is_kept_for_its_owner_alone(
    settings: Callable[..., AgentSettings], scripted_server: ScriptedServer, tmp_path: Path
) -> None:
    scripted_server.script = gives
    pairing = pair_box(settings(source="rtsp://user:secret@camera/1"), "048 213")
    assert kept(tmp_path / "box") == pairing
    assert (pairing.camera_id, pairing.source) == ("거실", "rtsp://user:secret@camera/1")
    (file,) = [path for path in (tmp_path / "box").rglob("*") if path.is_file()]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (request,) = scripted_server.requests
    assert (request.path, json.loads(request.body)) == ("/pairing", {"code": "048 213"})
    assert "authorization" not in {name.lower() for name in request.headers}


def test_key_is_shown_nowhere(
    settings: Callable[..., AgentSettings],
    scripted_server: ScriptedServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    scripted_server.script = gives
    with caplog.at_level("DEBUG"):
        pairing = pair_box(settings(), "048213")
        used = applied(settings(), pairing)
    assert KEY not in caplog.text + repr(pairing) + repr(used)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, b'{"code": "wrong_code", "message": "no open code is this one"}', "no open code"),
        (429, b'{"message": "too many codes, expected the next one in 41 s"}', "in 41 s"),
        (404, b"", "another program, or an older version"),
        (500, b"<html>", "it answers 500"),
        (302, b"", "it answers 302"),
        (200, b"<html>Welcome</html>", "no server of ours"),
        (200, b'{"camera_id": "hall"}', "no server of ours"),
        (200, b'{"camera_id": "hall", "key": "short"}', "no server of ours"),
        (200, b'["hall", "key"]', "no server of ours"),
    ],
)
def test_failure_says_why_in_one_line_and_keeps_nothing(
    settings: Callable[..., AgentSettings],
    scripted_server: ScriptedServer,
    tmp_path: Path,
    status: int,
    body: bytes,
    said: str,
) -> None:
    scripted_server.script = lambda _: (status, body)
    with pytest.raises(PairingFailed, match=said) as failure:
        pair_box(settings(), "048213")
    assert "\n" not in str(failure.value)
    assert kept(tmp_path / "box") is None


def test_code_is_not_used_up_where_nothing_can_be_kept(
    settings: Callable[..., AgentSettings], scripted_server: ScriptedServer, tmp_path: Path
) -> None:
    (tmp_path / "box").write_text("a file in the way")
    with pytest.raises(PairingFailed, match="cannot be kept"):
        pair_box(settings(), "048213")
    assert scripted_server.requests == []


def test_server_that_is_not_there_is_named(settings: Callable[..., AgentSettings]) -> None:
    with pytest.raises(PairingFailed, match="cannot be reached"):
        pair_box(settings(backend_base_url="http://127.0.0.1:9"), "048213")


def test_file_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "pairing.json").write_text("{")
    with pytest.raises(PairingFailed, match="pair the box again"):
        kept(tmp_path)
    assert kept(tmp_path / "elsewhere") is None


PAIRING = Pairing(
    camera_id="거실",
    key=SecretStr(KEY),
    backend_base_url=HttpUrl("http://192.0.2.1:8000"),
    source="rtsp://camera/1",
)


def test_what_was_paired_stands_in_for_what_nobody_has_set(tmp_path: Path) -> None:
    used = applied(AgentSettings(data_dir=tmp_path), PAIRING)
    assert used.watched == {"거실": "rtsp://camera/1"}
    assert str(used.backend_base_url) == "http://192.0.2.1:8000/"
    assert used.api_key is not None
    assert used.api_key.get_secret_value() == KEY


def test_what_is_set_wins_and_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    own = {"api_key": SecretStr("a-key-of-the-settings"), "camera_id": "hall", "source": "0"}
    used = applied(AgentSettings(data_dir=tmp_path, **own), PAIRING)
    assert used.watched == {"hall": "0"}
    assert used.api_key == own["api_key"]
    for name in ("API_KEY", "CAMERA_ID", "SOURCE"):
        assert f"{name} is set, and is used instead" in caplog.text
    assert "BACKEND_BASE_URL" not in caplog.text


def test_key_of_one_camera_is_no_key_of_several(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    several = AgentSettings(data_dir=tmp_path, cameras={"hall": "0", "bath": "1"})
    assert applied(several, PAIRING) == several
    assert "the key of 거실, which was paired, is not used" in caplog.text
