"""A server that is away, dies, hangs or is another one: the watch goes on, no event is lost."""

import resource
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo.processes import Part

Json = dict[str, Any]
RunAgent = Callable[..., tuple[int, list[str]]]
StartAgent = Callable[..., Part]
Kept = Callable[[], list[Json]]
Eventually = Callable[..., Any]


def test_events_of_a_watch_without_server_go_out_with_the_next_start_in_order_and_once(
    server: Any, sandbox: Any, run_agent: RunAgent, kept: Kept, eventually: Eventually
) -> None:
    server.kill()
    status, said = run_agent("--backend-url", server.url, DRAIN_SEC=0.5)
    alone = kept()
    assert status == 1
    assert "watching with the own detector" in "".join(said)
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
    arrived = [r["event_id"] for r in server.records()]
    assert arrived[: len(alone)] == [event["event_id"] for event in alone]
    assert len(set(arrived)) == len(arrived)
    eventually(lambda: len(sandbox.memos()) == 2)


def test_server_that_is_killed_and_comes_back_gets_every_event_once(
    server: Any, sandbox: Any, start_agent: StartAgent, eventually: Eventually
) -> None:
    agent = start_agent("--backend-url", server.url, pace="realtime", DRAIN_SEC=30)
    eventually(lambda: server.recent(event_type="PROBS"))
    server.kill()
    eventually(lambda: "watching with the own detector" in agent.log.read_text(encoding="utf-8"))
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
    assert "its answer is no answer of the server" in "".join(said)
    assert {e["event_type"] for e in kept()} == {"START", "END", "PROBS", "HEARTBEAT"}


def test_fall_is_told_although_the_disk_of_the_box_is_full(
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
    assert "END is held in memory" in said
    assert "Traceback" not in said
    ((_start, end),) = incidents(server.records())
    assert end["duration_sec"] > 1.0
    eventually(sandbox.memos)
    assert len(sandbox.memos()) == 1
