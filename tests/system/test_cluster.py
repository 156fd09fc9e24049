"""Two servers that share one PostgreSQL: what happens rings once, and is known to both."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx2 as httpx
import pytest

from backend.cluster.duty import Duty
from backend.cluster.service import GIVEN_UP, connect
from backend.cluster.wire import Wire
from testkit.cut_line import line_to
from testkit.postgres import PROGRAMS, Postgres
from testkit.server_pair import BEARER, SECRET, Pair, running_pair
from testkit.simulated_boxes.moving_in import set_up

Eventually = Callable[..., Any]
MakeEvent = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="needs PostgreSQL")


@pytest.fixture
def pair(installed: Postgres, tmp_path: Path) -> Iterator[Pair]:
    with running_pair(tmp_path, installed) as pair:
        yield pair


@contextmanager
def deaf() -> Iterator[None]:
    """A server that misses all that others say, as one does whose line was cut meanwhile."""
    with (
        patch.object(Wire, "_take", lambda *_: None),
        patch("backend.opening.cluster.CATCH_UP_SEC", 0.2),
    ):
        yield


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


def test_server_with_another_secret_is_named_in_its_log_and_in_health(
    pair: Pair, eventually: Eventually
) -> None:
    assert pair.health(pair.first)["cluster"]["reason"] is None
    pair.second.kill()
    log = pair.second.folder / "server.log"
    before = log.read_text()
    pair.second.settings = {**pair.second.settings, "JWT_SECRET_KEY": SECRET[::-1]}
    pair.second.start()
    eventually(lambda: "another JWT_SECRET_KEY" in log.read_text().removeprefix(before))

    def are_at_odds() -> bool:
        said = [pair.health(server)["cluster"]["reason"] for server in pair.both]
        return all("JWT_SECRET_KEY" in (it or "") for it in said)

    eventually(are_at_odds)
    assert SECRET[::-1] not in log.read_text()
    pair.second.kill()
    eventually(lambda: pair.health(pair.first)["cluster"]["reason"] is None, timeout=20.0)


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


def test_keys_and_contacts_that_a_server_did_not_hear_of_are_known_to_it_soon(
    installed: Postgres, tmp_path: Path, make_event: MakeEvent, eventually: Eventually
) -> None:
    with (
        running_pair(tmp_path, installed, breakage=deaf) as pair,
        httpx.Client(base_url=pair.first.url, headers=BEARER, timeout=20) as ask,
    ):
        set_up(ask)
        made = ask.post("/households/1/keys", json={"name": "hallway"}).raise_for_status().json()

        def opens_second() -> bool:
            key = {"Authorization": f"Bearer {made['key']}"}
            return httpx.get(f"{pair.second.url}/incidents", headers=key).status_code == 200

        eventually(opens_second)
        ask.request("DELETE", f"/households/1/keys/{made['key_id']}").raise_for_status()
        eventually(lambda: not opens_second())
        pair.first.kill()
        pair.report(pair.second, *fall(make_event, "four"))
        eventually(lambda: len({it["topic"] for it in pair.phone.messages}) == 2)


def test_server_that_is_cut_off_is_on_duty_no_longer(
    installed: Postgres, eventually: Eventually
) -> None:
    def has_duty() -> bool:
        other.hold()
        return other.is_mine()

    with line_to(installed.port) as line:
        by_line = installed.url.replace(f":{installed.port}/", f":{line.port}/")
        cut_off, other = (
            Duty(partial(connect, url, "a", GIVEN_UP)) for url in (by_line, installed.url)
        )
        cut_off.hold()
        other.hold()
        assert (cut_off.is_mine(), other.is_mine()) == (True, False)
        line.cut()
        eventually(has_duty, timeout=15.0)
        assert not cut_off.is_mine()
        line.mend()
        for duty in (cut_off, other):
            duty.release()
