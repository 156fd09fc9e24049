"""Settings at the outermost door: what is wrong stops each command, and files are the owner's."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LONG = "s3cr3t-of-the-house"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"ALERT_EVENTS": "fall,stil_down"},
            "ALERT_EVENTS: expected some of fall, lying, on_floor, still_down",
        ),
        ({"ALERT_URLS": "ntfys://"}, "ALERT_URLS: address 1 of 1 names nobody"),
        ({"API_KEY": "s3cr3t"}, "API_KEY: expected a key of 16 characters or more"),
    ],
)
def test_wrong_setting_stops_the_server_in_one_line_without_its_value(
    command: Any, settings: dict[str, str], said: str
) -> None:
    status, output = command.run("run-backend", "--port", "0", **settings)
    wrong = [line for line in output.splitlines() if line.startswith("wrong setting: ")]
    assert (status, len(wrong)) == (2, 1)
    assert wrong[0].startswith(f"wrong setting: {said}")
    assert "s3cr3t" not in output


def test_misspelt_setting_is_named_and_a_memo_has_no_button_that_no_phone_can_follow(
    server_factory: Callable[..., Any], sandbox: Any, make_event: Any, eventually: Any
) -> None:
    server = server_factory(APIKEY=LONG, ALERT_URL="ntfys://x")
    for name, meant in (("APIKEY", "API_KEY"), ("ALERT_URL", "ALERT_URLS")):
        said = f"warning: {name} is no setting and is passed over: was {meant} meant?"
        assert said in server.log()
    assert "ALERT_LINK_URL is not set: Kakao's memos have no button" in server.log()
    assert LONG not in server.log()
    server.send(make_event("END"))
    template = eventually(sandbox.memos)[0]["template"]
    assert template["link"] == {}
    assert "button_title" not in template


def modes(folder: Path) -> dict[int, set[int]]:
    """The permissions of all folders (1) and files (0) in `folder`, as if none were read-only."""
    found: dict[int, set[int]] = {0: set(), 1: set()}
    for path in [folder, *folder.rglob("*")]:
        found[path.is_dir()].add((path.stat().st_mode | stat.S_IWUSR) & 0o777)
    return found


def test_what_server_and_camera_box_write_is_the_owner_s_alone(
    command: Any, server_factory: Callable[..., Any], make_event: Any, repository: Path
) -> None:
    before = os.umask(0o002)
    try:
        server = server_factory()
        server.send(make_event("END"))
        server.stop()
        assert modes(server.data_dir) == {0: {0o600}, 1: {0o700}}
        for path in [
            p for name in ("events", "alerts") for p in (server.data_dir / name).rglob("*")
        ]:
            path.chmod(0o775 if path.is_dir() else 0o664)
        server.start()
        assert modes(server.data_dir) == {0: {0o600}, 1: {0o700}}
        recording = repository / "demo" / "recordings" / "fall.npz"
        options = ("--source", str(recording), "--pace", "fast", "--inference", "local")
        box = command.folder / "box"
        command.run("run-agent", *options, DATA_DIR=box, DRAIN_SEC="0", BACKEND_BASE_URL=server.url)
        assert modes(box) == {0: {0o600}, 1: {0o700}}
    finally:
        os.umask(before)
