"""Where a camera's zones come from: the server, or what the box has kept of it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.backend_client import connect
from agent.config import AgentSettings
from agent.view import View
from agent.zones import ZonePoller, zones_of
from contract.zones import Zone, ZoneKind, Zones
from testkit.scripted_server import Script, ScriptedServer

Eventually = Callable[[Callable[[], object]], None]

BED = Zones(
    zones=(Zone(name="침대", kind=ZoneKind.REST, polygon=((0.1, 0.5), (0.4, 0.5), (0.4, 0.8))),)
)


def answers(zones: Zones) -> Script:
    return lambda _request: (200, zones.model_dump_json().encode())


@contextmanager
def polling(url: str, kept: Path, ask_sec: float = 0.05) -> Iterator[ZonePoller]:
    with connect(url, None, 0.3) as client:
        poller = ZonePoller(client, "거실/1", kept, ask_sec)
        poller.start()
        yield poller
        poller.stop()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "cameras" / "hall" / "zones.json"


def test_zones_are_those_of_the_server_and_follow_it(
    scripted_server: ScriptedServer, kept: Path, eventually: Eventually
) -> None:
    scripted_server.script = answers(BED)
    with polling(scripted_server.url, kept) as poller:
        eventually(lambda: poller.zones == BED)
        scripted_server.script = answers(Zones())
        eventually(lambda: poller.zones == Zones())
    assert scripted_server.requests[0].path == "/cameras/%EA%B1%B0%EC%8B%A4%2F1/zones"
    assert Zones.model_validate_json(kept.read_bytes()) == Zones()


@pytest.mark.parametrize(
    "answer",
    [(404, b""), (503, b"{}"), (200, b"<html>"), (200, b'{"zones": [{"name": "bed"}]}')],
    ids=str,
)
def test_server_that_gives_no_zones_leaves_those_of_before_over_a_restart(
    scripted_server: ScriptedServer,
    kept: Path,
    eventually: Eventually,
    caplog: pytest.LogCaptureFixture,
    answer: tuple[int, bytes],
) -> None:
    scripted_server.script = answers(BED)
    with polling(scripted_server.url, kept) as poller:
        eventually(lambda: poller.zones == BED)
    scripted_server.script = lambda _request: answer
    asked = len(scripted_server.requests)
    with polling(scripted_server.url, kept) as poller:
        eventually(lambda: len(scripted_server.requests) >= asked + 3)
        assert poller.zones == BED
    assert caplog.text.count("the last known ones stay") == 1  # not at each try


def test_camera_has_its_zones_at_once_where_the_server_hangs(
    scripted_server: ScriptedServer, kept: Path
) -> None:
    kept.parent.mkdir(parents=True)
    kept.write_text(BED.model_dump_json())
    scripted_server.script = scripted_server.hang
    with polling(scripted_server.url, kept) as poller:
        assert poller.zones == BED


def test_zones_by_hand_take_the_place_of_the_servers(
    scripted_server: ScriptedServer, tmp_path: Path, eventually: Eventually
) -> None:
    scripted_server.script = answers(BED)
    rug = BED.zones[0].model_copy(update={"name": "rug", "kind": ZoneKind.FLOOR})
    options = {"hall": View(zones=(rug,))}
    by_hand = AgentSettings(camera_id="hall", data_dir=tmp_path, camera_options=options)
    without = AgentSettings(camera_id="hall", data_dir=tmp_path)
    with connect(scripted_server.url, None, 1.0) as client:
        with zones_of(by_hand, client, "hall") as zones:
            assert zones() == Zones(zones=(rug,))
        assert scripted_server.requests == []
        with zones_of(without, client, "hall") as zones:
            eventually(lambda: zones() == BED)
    (kept,) = (tmp_path / "cameras").rglob("zones.json")
    assert kept.parent.name.startswith("hall-")


@pytest.mark.parametrize("content", [b"", b"{", b'{"zones": 1}', b"\xff"])
def test_damaged_file_is_none(kept: Path, content: bytes) -> None:
    kept.parent.mkdir(parents=True)
    kept.write_bytes(content)
    with connect("http://127.0.0.1:1", None, 1.0) as client:
        assert ZonePoller(client, "hall", kept).zones == Zones()


def test_zones_that_cannot_be_kept_are_used_and_it_is_said(
    scripted_server: ScriptedServer,
    tmp_path: Path,
    eventually: Eventually,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "cameras").write_text("no folder")
    scripted_server.script = answers(BED)
    with polling(scripted_server.url, tmp_path / "cameras" / "zones.json") as poller:
        eventually(lambda: poller.zones == BED and "cannot be saved" in caplog.text)


def test_poller_whose_client_is_closed_ends_quietly(
    scripted_server: ScriptedServer, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scripted_server.script = answers(BED)
    with connect(scripted_server.url, None, 1.0) as client:
        poller = ZonePoller(client, "hall", kept, 0.01)
        poller.start()
    poller.stop()
    assert poller.zones in (BED, Zones())
    assert not any(thread.name == "hall zones" for thread in threading.enumerate())
    assert "the last known ones stay" not in caplog.text
