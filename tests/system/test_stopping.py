"""SIGTERM to the server: what was accepted is finished, in order, within ten seconds."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from benchmarks.stopping import LIMIT_SEC, stop_under_load
from testkit.stoppable_server import ANSWERS_AND_LEAVES, LEAVES_AT_ONCE, StoppableServer

MakeEvent = Callable[..., dict[str, Any]]
Eventually = Callable[..., Any]


def test_stop_under_load_finishes_what_was_accepted_in_order_and_in_time(tmp_path: Path) -> None:
    stop = stop_under_load(StoppableServer(tmp_path / "data"), seed=1)
    assert stop.faults == []
    assert stop.answered > 100


@pytest.mark.parametrize(
    ("variant", "symptom"),
    [(LEAVES_AT_ONCE, "a post that was let in was not answered"), (ANSWERS_AND_LEAVES, " lost, ")],
)
def test_control_a_server_that_skips_the_drain_is_caught(
    tmp_path: Path, variant: str, symptom: str
) -> None:
    stop = stop_under_load(StoppableServer(tmp_path / "data", variant), seed=1)
    assert symptom in "; ".join(stop.faults)


def test_hung_kakao_does_not_hold_the_end_and_its_alerts_are_reported_by_the_next_start(
    server: Any, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    sandbox.fault("hang", seconds=60, times=2)
    server.send(make_event("END", camera_id="거실"))
    eventually(lambda: server.health()["alerts"]["counts"]["sending"] == 1)
    asking = threading.Thread(target=ask_for_a_test_memo, args=(server.url,))
    asking.start()
    eventually(lambda: sandbox.faults_waiting() == 0)
    server.send(make_event("END", camera_id="현관"))
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < LIMIT_SEC
    # What the limit is worth: without it the end would have waited for Kakao.
    assert "something still hangs" in server.log()
    sandbox.reset()
    server.start()
    eventually(lambda: sandbox.told("거실", "현관") == ["거실", "현관"])
    asking.join()


def ask_for_a_test_memo(url: str) -> None:
    """Ask, and hang as long as Kakao does, or until the server ends."""
    with suppress(httpx.TransportError):
        httpx.post(f"{url}/debug/kakao/send-test", trust_env=False, timeout=60.0)
