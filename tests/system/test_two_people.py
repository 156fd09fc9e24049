"""A fall that two people are seen at waits for a word: a real server, and poses over HTTP."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest

from contract.poses import source_parameters
from testkit.escalations import KIM
from testkit.family import family_server, told
from testkit.ntfy_server import NtfyServer

Eventually = Callable[..., Any]


@pytest.fixture
def phones() -> Iterator[NtfyServer]:
    with closing(NtfyServer()) as phones:
        yield phones


@pytest.fixture
def open_home(server_factory: Callable[..., Any], phones: NtfyServer) -> Callable[[float], Any]:
    """A server of a family where a fall waits for so many seconds while somebody is there."""

    def start(accompanied_sec: float) -> Any:
        return family_server(server_factory, phones, accompanied_sec=accompanied_sec)

    return start


def watch(server: Any, until: float, people: int, camera_id: str = "거실") -> None:
    """Send what a camera box sees of so many people in the six seconds before `until`."""
    poses, body = np.full((people, 16, 13, 3), 0.5, dtype=np.float16), io.BytesIO()
    np.save(body, poses)
    numbers = range(1, people + 1)
    for at in np.arange(until - 6.0, until, 0.5):
        source = source_parameters(camera_id, float(at), numbers)
        media_type = f"application/x-npy; aspect=1.5; {source}"
        headers = {"Content-Type": media_type}
        answer = server.http.post("/behavior/analyze", content=body.getvalue(), headers=headers)
        assert answer.status_code == 200, answer.text


def state_of_the_fall(server: Any, eventually: Eventually) -> Any:
    """How far its escalation is, by the answer to a note of it."""
    (incident,) = eventually(lambda: server.get("/incidents", label="fall").json())
    noted = server.post(f"/incidents/{incident['id']}/notes", {"text": "?"}).json()
    return noted["state"]


def test_fall_with_a_visitor_in_the_picture_waits_and_is_told(
    open_home: Callable[[float], Any],
    phones: NtfyServer,
    make_event: Callable[..., Any],
    eventually: Eventually,
) -> None:
    server, now = open_home(4.0), time.time()
    watch(server, now, people=2)
    server.send(make_event("END", ts=now, duration_sec=1.0))
    state = state_of_the_fall(server, eventually)
    assert state["held_until"] == state["began_at"]
    assert told(phones, KIM) == []
    eventually(lambda: told(phones, KIM), timeout=20)


@pytest.mark.parametrize("what", ["alone", "another camera", "long ago", "switched off"])
def test_fall_is_told_at_once_where_nobody_else_is_seen_or_nobody_wants_it_to_wait(
    open_home: Callable[[float], Any],
    phones: NtfyServer,
    make_event: Callable[..., Any],
    eventually: Eventually,
    what: str,
) -> None:
    server, now = open_home(0.0 if what == "switched off" else 300.0), time.time()
    camera = "침실" if what == "another camera" else "거실"
    seen_until = now - 60.0 if what == "long ago" else now
    watch(server, seen_until, people=1 if what == "alone" else 2, camera_id=camera)
    server.send(make_event("END", ts=now, duration_sec=1.0))
    eventually(lambda: told(phones, KIM))
    assert state_of_the_fall(server, eventually)["held_until"] is None
