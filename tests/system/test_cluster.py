"""Two servers that share one PostgreSQL: real processes, real HTTP."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from testkit.ntfy_server import NtfyServer
from testkit.postgres import PROGRAMS, Postgres, running_postgres
from testkit.whole_server import WholeServer

Eventually = Callable[..., Any]
MakeEvent = Callable[..., dict[str, Any]]
KEY = "k3y-of-the-house"
BEARER = {"Authorization": f"Bearer {KEY}"}

pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="needs PostgreSQL")


@dataclass
class Pair:
    """Two servers, and the phone that both ring."""

    first: WholeServer
    second: WholeServer
    phone: NtfyServer
    postgres: Postgres

    @property
    def both(self) -> tuple[WholeServer, WholeServer]:
        return self.first, self.second

    def report(self, server: WholeServer, *events: dict[str, Any]) -> None:
        answer = httpx.post(
            f"{server.url}/event/payloads", json=list(events), headers=BEARER, timeout=20
        )
        assert answer.status_code == 200, answer.text

    def health(self, server: WholeServer) -> dict[str, Any]:
        answer = httpx.get(f"{server.url}/health", headers=BEARER, timeout=20)
        found: dict[str, Any] = answer.json()
        return found

    def get(self, server: WholeServer, path: str) -> Any:
        return httpx.get(f"{server.url}{path}", headers=BEARER, timeout=20).json()

    def on_duty(self) -> list[WholeServer]:
        running = [server for server in self.both if server.runs]
        return [it for it in running if self.health(it)["cluster"]["is_on_duty"]]


@pytest.fixture(scope="module")
def installed() -> Iterator[Postgres]:
    with running_postgres() as postgres:
        yield postgres


@pytest.fixture
def pair(installed: Postgres, command: Any, tmp_path: Path) -> Iterator[Pair]:
    url = installed.make_database(f"pair_{uuid.uuid4().hex}")
    status, said = command.run("migrate-database", DATABASE_URL=url)
    assert status == 0, said
    with closing(NtfyServer()) as phone, servers(tmp_path, installed, url, phone) as pair:
        yield pair


@contextmanager
def servers(folder: Path, postgres: Postgres, url: str, phone: NtfyServer) -> Iterator[Pair]:
    settings = {
        "API_KEY": KEY,
        "DATABASE_URL": url,
        "ALERT_URLS": phone.url.replace("http", "ntfy") + "/family",
        "CAMERA_SILENT_AFTER": "10",
    }
    with ExitStack() as stops:
        made = []
        for name in ("a", "b"):
            (folder / name).mkdir()
            made.append(WholeServer(folder / name, settings))
            made[-1].start()
            stops.callback(made[-1].kill)
        yield Pair(*made, phone, postgres)


def fall(make_event: MakeEvent, name: str, **fields: Any) -> list[dict[str, Any]]:
    now = time.time()
    return [
        make_event("START", incident_id=name, ts=now - 2, **fields),
        make_event("END", incident_id=name, ts=now, duration_sec=2.0, state="lying", **fields),
    ]


def test_fall_that_both_hear_rings_once_and_both_know_it(
    pair: Pair, make_event: MakeEvent, eventually: Eventually
) -> None:
    start, end = fall(make_event, "one")
    pair.report(pair.first, start)
    pair.report(pair.second, end, start)  # its proxy went to the other, and sent it again
    pair.report(pair.first, end)
    eventually(lambda: len(pair.phone.messages) == 1)
    eventually(lambda: [it["state"] for it in pair.get(pair.second, "/incidents")] == ["notified"])
    assert pair.get(pair.first, "/incidents") == pair.get(pair.second, "/incidents")
    assert len(pair.phone.messages) == 1


def test_what_a_killed_server_was_to_send_again_leaves_by_the_other(
    pair: Pair, make_event: MakeEvent, eventually: Eventually
) -> None:
    pair.phone.refusals = [(503, 50300)]
    pair.report(pair.first, *fall(make_event, "two"))
    eventually(lambda: not pair.phone.refusals)
    pair.first.kill()
    eventually(lambda: len(pair.phone.messages) == 1)
    (incident,) = pair.get(pair.second, "/incidents")
    assert incident["state"] == "notified"


def test_one_is_on_duty_and_another_takes_over_what_it_has_left(
    pair: Pair, make_event: MakeEvent, eventually: Eventually
) -> None:
    eventually(lambda: len(pair.on_duty()) == 1)
    (on_duty,) = pair.on_duty()
    (other,) = (it for it in pair.both if it is not on_duty)
    # What one hears the other knows: the camera reports where nobody watches.
    pair.report(other, make_event("HEARTBEAT", ts=time.time(), fps=10.0))
    eventually(lambda: "거실" in pair.health(on_duty)["cameras"]["seen"])
    on_duty.kill()
    eventually(lambda: pair.on_duty() == [other])
    silent = "/incidents?label=camera_silent"
    eventually(lambda: len(pair.get(other, silent)) == 1)
    on_duty.start()
    assert len(pair.health(other)["cluster"]["servers"]) == 2

    def is_over() -> bool:
        pair.report(on_duty, make_event("HEARTBEAT", ts=time.time(), fps=10.0))
        return [it["state"] for it in pair.get(on_duty, silent)] == ["resolved"]

    eventually(is_over, timeout=60.0)
    assert pair.on_duty() == [other]


def test_both_go_on_after_the_database_was_away(
    pair: Pair, make_event: MakeEvent, eventually: Eventually
) -> None:
    pair.postgres.stop()
    start, end = fall(make_event, "three")
    refused = httpx.post(
        f"{pair.first.url}/event/payloads", json=[start, end], headers=BEARER, timeout=20
    )
    assert refused.status_code == 503
    pair.postgres.start()
    pair.report(pair.second, start, end)
    eventually(lambda: len(pair.phone.messages) == 1)
    for server in pair.both:
        eventually(lambda server=server: pair.health(server)["cluster"]["status"] == "ok")
    assert len(pair.on_duty()) == 1


def test_each_answers_with_the_events_that_the_other_hears(
    pair: Pair, make_event: MakeEvent, eventually: Eventually
) -> None:
    pair.report(pair.first, make_event("HEARTBEAT", ts=time.time(), fps=10.0))
    pair.report(pair.second, make_event("PROBS", ts=time.time()))

    def heard(server: WholeServer) -> list[str]:
        return [it["event_type"] for it in pair.get(server, "/event/recent")]

    for server in pair.both:
        eventually(lambda server=server: sorted(heard(server)) == ["HEARTBEAT", "PROBS"])


def test_event_that_is_sent_to_both_is_recorded_once(
    pair: Pair, make_event: MakeEvent, eventually: Eventually
) -> None:
    beat = make_event("HEARTBEAT", ts=time.time(), fps=10.0)
    pair.report(pair.first, beat)
    eventually(lambda: len(pair.get(pair.second, "/event/recent")) == 1)
    pair.report(pair.second, beat)  # its proxy went to the other, and sent it again
    lines = [path.read_bytes() for it in pair.both for path in it.data_dir.glob("events/*.jsonl")]
    assert b"".join(lines).count(b"HEARTBEAT") == 1


def test_erasure_takes_out_of_every_journal_what_it_is_to(
    pair: Pair, make_event: MakeEvent, eventually: Eventually
) -> None:
    eventually(lambda: len(pair.health(pair.first)["cluster"]["servers"]) == 2)
    for server in pair.both:
        beats = [make_event("HEARTBEAT", ts=time.time() + after, fps=10.0) for after in range(3)]
        pair.report(server, *beats, make_event("HEARTBEAT", camera_id="침실", ts=time.time()))
    asked = {"camera_id": "거실", "confirm": True}
    begun = httpx.post(f"{pair.first.url}/erasures", json=asked, headers=BEARER, timeout=20)
    assert begun.status_code == 200, begun.text
    assert len(begun.json()["parts"]) == 2
    eventually(lambda: pair.get(pair.second, "/erasures")[0]["state"] == "done", timeout=30.0)
    (done,) = pair.get(pair.first, "/erasures")
    assert (done["counts"]["events"], [it["progress"] for it in done["parts"]]) == (6, [1.0, 1.0])
    for server in pair.both:
        lines = b"".join(it.read_bytes() for it in server.data_dir.glob("events/*.jsonl"))
        assert ("거실".encode() in lines, "침실".encode() in lines) == (False, True)
        assert {it["camera_id"] for it in pair.get(server, "/event/recent")} == {"침실"}


def test_server_that_is_stopped_erases_its_part_once_it_is_back(
    pair: Pair, make_event: MakeEvent, eventually: Eventually
) -> None:
    eventually(lambda: len(pair.health(pair.first)["cluster"]["servers"]) == 2)
    pair.report(pair.second, make_event("HEARTBEAT", ts=time.time(), fps=10.0))
    pair.second.kill()
    asked = {"camera_id": "거실", "confirm": True}
    httpx.post(f"{pair.first.url}/erasures", json=asked, headers=BEARER, timeout=20)

    def parts() -> list[float]:
        (erasure,) = pair.get(pair.first, "/erasures")
        assert erasure["state"] == ("done" if pair.second.runs else "running")
        return sorted(it["progress"] for it in erasure["parts"])

    eventually(lambda: parts() == [0.0, 1.0])
    pair.second.start()
    eventually(lambda: pair.get(pair.second, "/erasures")[0]["state"] == "done", timeout=30.0)
    lines = b"".join(it.read_bytes() for it in pair.second.data_dir.glob("events/*.jsonl"))
    assert "거실".encode() not in lines
