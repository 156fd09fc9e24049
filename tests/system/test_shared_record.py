"""Two servers that share one PostgreSQL: the record is whole, whichever is asked."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest
import socketio

from testkit.postgres import PROGRAMS, Postgres
from testkit.server_pair import BEARER, Pair, analyze, running_pair
from testkit.whole_server import WholeServer

Json = dict[str, Any]
Eventually = Callable[..., Any]
MakeEvent = Callable[..., Json]

pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="needs PostgreSQL")


@pytest.fixture(scope="module")
def pair(installed: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """One for all tests, each of which has cameras of its own."""
    folder = tmp_path_factory.mktemp("pair")
    # However long a test takes, the watchdog is not to record anything of a camera meanwhile.
    with running_pair(folder, installed, CAMERA_SILENT_AFTER="3600") as pair:
        while not pair.know_each_other():
            time.sleep(0.1)
        yield pair


def beat(make_event: MakeEvent, camera_id: str, after: float = 0.0) -> Json:
    return make_event("HEARTBEAT", camera_id=camera_id, ts=time.time() + after, fps=10.0)


def test_each_answers_with_the_events_that_the_other_hears(
    pair: Pair, make_event: MakeEvent, eventually: Eventually
) -> None:
    pair.report(pair.first, beat(make_event, "hall"))
    pair.report(pair.second, make_event("PROBS", camera_id="hall", ts=time.time()))

    def heard(server: WholeServer) -> list[str]:
        return [it["event_type"] for it in pair.get(server, "/event/recent?camera_id=hall")]

    for server in pair.both:
        eventually(lambda server=server: sorted(heard(server)) == ["HEARTBEAT", "PROBS"])


def test_event_that_is_sent_to_both_is_recorded_once(
    pair: Pair, make_event: MakeEvent, eventually: Eventually
) -> None:
    said = beat(make_event, "bath")
    pair.report(pair.first, said)
    eventually(lambda: pair.get(pair.second, "/event/recent?camera_id=bath"))
    pair.report(pair.second, said)  # its proxy went to the other, and sent it again
    assert pair.journals().count(b'"bath"') == 1


def test_who_listens_at_one_server_sees_the_poses_that_come_to_the_other(pair: Pair) -> None:
    seen: list[Json] = []

    async def listen() -> None:
        client = socketio.AsyncClient(reconnection=False)
        client.on("pose", seen.append)
        await client.connect(pair.second.url, headers=BEARER, transports=["websocket"])
        await client.call("subscribe", {"rooms": ["poses"], "cameras": ["stairs"]})
        until = time.monotonic() + 20
        while not seen and time.monotonic() < until:
            await asyncio.to_thread(analyze, pair.first, "kitchen", time.time())
            await asyncio.to_thread(analyze, pair.first, "stairs", time.time())
        await client.disconnect()

    asyncio.run(listen())
    assert {it["camera_id"] for it in seen} == {"stairs"}
    assert len(seen[0]["people"][0]["joints"]) == 13


def test_erasure_takes_out_of_every_journal_what_it_is_to(
    pair: Pair, make_event: MakeEvent, eventually: Eventually
) -> None:
    for server in pair.both:
        gone = [beat(make_event, "거실", after) for after in range(3)]
        pair.report(server, *gone, beat(make_event, "침실"))
    begun = pair.post(pair.first, "/erasures", {"camera_id": "거실", "confirm": True})
    assert len(begun["parts"]) == 2
    eventually(lambda: pair.get(pair.second, "/erasures")[0]["state"] == "done", timeout=30.0)
    done = pair.get(pair.first, "/erasures")[0]
    assert (done["counts"]["events"], [it["progress"] for it in done["parts"]]) == (6, [1.0, 1.0])
    assert "거실" not in pair.journals().decode()
    assert pair.journals().decode().count('"침실"') == 2
    for server in pair.both:
        assert pair.get(server, "/event/recent?camera_id=거실") == []


def test_server_that_is_stopped_erases_its_part_once_it_is_back(
    pair: Pair, make_event: MakeEvent, eventually: Eventually
) -> None:
    pair.report(pair.second, beat(make_event, "study"))
    pair.second.kill()
    pair.post(pair.first, "/erasures", {"camera_id": "study", "confirm": True})

    def newest() -> Json:
        found: Json = pair.get(pair.first, "/erasures")[0]
        return found

    eventually(lambda: sorted(it["progress"] for it in newest()["parts"]) == [0.0, 1.0])
    assert newest()["state"] == "running"
    browser = BEARER | {"Accept": "text/html", "Accept-Language": "en"}
    page = httpx.get(f"{pair.first.url}/erase", headers=browser, timeout=20)
    assert "1 of 2 servers have erased their part." in page.text
    pair.second.start()
    eventually(lambda: newest()["state"] == "done", timeout=30.0)
    assert b'"study"' not in pair.journals()
