"""A server that is away, dies, hangs or is another one: the watch goes on, no event is lost."""

import re
import resource
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from testkit.processes import Part

Json = dict[str, Any]
RunAgent = Callable[..., tuple[int, list[str]]]
StartAgent = Callable[..., Part]
Kept = Callable[[], list[Json]]
Eventually = Callable[..., Any]


def in_the_order_of_travel(events: list[Json]) -> list[str]:
    """The ids, incidents first."""
    incidents = [event for event in events if event["event_type"] in ("START", "END")]
    others = [event for event in events if event not in incidents]
    return [event["event_id"] for event in incidents + others]


def test_events_of_a_watch_without_server_go_out_with_the_next_start_in_order_and_once(
    server: Any, sandbox: Any, run_agent: RunAgent, kept: Kept, eventually: Eventually
) -> None:
    server.kill()
    status, said = run_agent("--backend-url", server.url, DRAIN_SEC=0.5)
    alone = kept()
    assert status == 1
    assert "the box's own detector takes over" in "".join(said)
    assert f"{len(alone)} events could not be sent" in said[-1]
    # One line each that analyses and uploads have to do without it, however often it was tried.
    assert sum("WARNING" in line for line in said) == 2
    assert not any("Traceback" in line for line in said)
    types = [event["event_type"] for event in alone]
    assert {"START", "END", "PROBS", "HEARTBEAT"} == set(types)

    server.start()
    status, said = run_agent("--backend-url", server.url)
    assert status == 0, said
    assert kept() == []
    arrived = [record["event_id"] for record in server.records()]
    (session,) = {event["session_id"] for event in alone}
    earlier = [r["event_id"] for r in server.records() if r["session_id"] == session]
    assert earlier == in_the_order_of_travel(alone)
    assert len(set(arrived)) == len(arrived)
    eventually(lambda: server.health()["alerts"]["counts"]["sent"] == 2)
    assert sandbox.told("거실") == ["거실", "거실"]


def test_server_that_is_killed_and_comes_back_gets_every_event_once(
    server: Any, sandbox: Any, start_agent: StartAgent, eventually: Eventually
) -> None:
    agent = start_agent("--backend-url", server.url, pace="realtime", DRAIN_SEC=30)
    eventually(lambda: server.recent(event_type="PROBS"))
    server.kill()
    eventually(lambda: "the box's own detector takes over" in agent.log.read_text(encoding="utf-8"))
    server.start()
    assert agent.process.wait(60) == 0
    seqs = sorted(record["seq"] for record in server.records())
    assert seqs == list(range(len(seqs)))
    assert len(seqs) > 8
    eventually(sandbox.memos)
    assert len(sandbox.memos()) == 1


def test_server_that_hangs_slows_nothing_down(
    start_agent: StartAgent, kept: Kept, eventually: Eventually
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        agent = start_agent("--backend-url", url, pace="realtime")
        beats = eventually(lambda: [e for e in kept() if e["event_type"] == "HEARTBEAT"])
        assert beats[0]["fps"] > 28.0
        eventually(lambda: [e for e in kept() if e["event_type"] == "START"])
        assert kept()[-1]["video_ts"] < 5.5
        agent.process.kill()
    assert "does not answer in time" in agent.log.read_text(encoding="utf-8")


def test_login_page_in_the_servers_place_gets_no_event_out_of_the_outbox(
    run_agent: RunAgent, kept: Kept, login_page: str
) -> None:
    status, said = run_agent("--backend-url", login_page, DRAIN_SEC=0.5)
    assert status == 1
    assert "its answer is not the server's" in "".join(said)
    assert {e["event_type"] for e in kept()} == {"START", "END", "PROBS", "HEARTBEAT"}


def test_fall_is_reported_although_the_disk_of_the_box_is_full(
    start_agent: StartAgent,
    server: Any,
    sandbox: Any,
    incidents: Callable[[list[Json]], list[tuple[Json, Json]]],
    eventually: Eventually,
    tmp_path: Path,
) -> None:
    agent = start_agent("--backend-url", server.url, pace="realtime", DRAIN_SEC=1)
    eventually(server.records)
    (journal,) = (tmp_path / "box" / "outbox").glob("*-wal")
    full = (journal.stat().st_size, resource.RLIM_INFINITY)
    resource.prlimit(agent.process.pid, resource.RLIMIT_FSIZE, full)
    agent.process.wait(30)
    said = agent.log.read_text(encoding="utf-8")
    assert "the outbox cannot be written" in said
    assert "new events are held in memory" in said
    assert "Traceback" not in said
    ((_start, end),) = incidents(server.records())
    assert end["duration_sec"] > 1.0
    # The server hears of the camera box all the while, and why it keeps nothing.
    beats = [r for r in server.records() if r["event_type"] == "HEARTBEAT"]
    assert beats[-1]["state"] == "ended"
    assert beats[-1]["outbox_failure"] == "cannot be written: disk I/O error"
    eventually(sandbox.memos)
    assert len(sandbox.memos()) == 1


@pytest.fixture
def outbox_file(run_agent: RunAgent, nobody_there: str, tmp_path: Path) -> Path:
    """The outbox of a watch without a server."""
    run_agent("--backend-url", nobody_there, DRAIN_SEC=0)
    (file,) = (tmp_path / "box" / "outbox").glob("*.sqlite3")
    return file


def test_watch_goes_on_although_no_outbox_can_be_made(
    outbox_file: Path, run_agent: RunAgent, server: Any, sandbox: Any, eventually: Eventually
) -> None:
    outbox_file.unlink()
    outbox_file.mkdir()  # what cannot be opened as a database
    status, said = run_agent("--backend-url", server.url)
    assert status == 0, said
    assert sum("the outbox cannot be written: unable to open database file" in s for s in said) == 1
    last = server.records()[-1]
    assert last["outbox_failure"] == "cannot be written: unable to open database file"
    eventually(lambda: len(sandbox.memos()) == 1)


def test_end_of_a_watch_without_server_and_without_outbox_says_what_is_lost(
    outbox_file: Path, run_agent: RunAgent, nobody_there: str
) -> None:
    outbox_file.unlink()
    outbox_file.mkdir()
    status, said = run_agent("--backend-url", nobody_there, DRAIN_SEC=0)
    assert status == 1
    assert re.search(r"(\d+) events could not be sent .* and \1 of them could not be", said[-1])


def test_damaged_outbox_is_put_aside_and_the_watch_begins(
    outbox_file: Path, run_agent: RunAgent, server: Any
) -> None:
    damaged = b"\0" * 4096 + outbox_file.read_bytes()[4096:]
    outbox_file.write_bytes(damaged)
    status, said = run_agent("--backend-url", server.url)
    assert status == 0, said
    assert "the outbox was damaged" in "".join(said)
    (aside,) = outbox_file.parent.glob("*.damaged-*")
    assert aside.read_bytes() == damaged
    last = server.records()[-1]
    assert last["outbox_failure"] == "was damaged, 0 events are carried over"


def test_second_agent_with_the_same_camera_id_ends_with_1_and_the_first_goes_on(
    server: Any,
    start_agent: StartAgent,
    run_agent: RunAgent,
    repeated: Callable[[int], Path],
    eventually: Eventually,
) -> None:
    source = repeated(30)  # it outlasts the start of the second, however long that takes
    first = start_agent("--backend-url", server.url, source=source, pace="realtime")
    eventually(server.records)
    status, said = run_agent("--backend-url", server.url)
    assert (status, len(said)) == (1, 1)
    assert said[0].startswith("another run-agent has the outbox ")
    assert "CAMERA_ID" in said[0]
    assert first.process.poll() is None
    first.process.terminate()
    assert first.process.wait(30) == 0
    status, said = run_agent("--backend-url", server.url)  # now it is free
    assert status == 0, said
