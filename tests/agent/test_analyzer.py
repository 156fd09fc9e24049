"""Who answers a window: the server over real HTTP, the box's own detector, or nobody."""

import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest
from modeling.pose_window import PoseWindow
from numpy.typing import NDArray

from agent.analyzer import (
    RETRY_SEC,
    AnalysisUnavailable,
    AutoAnalyzer,
    LocalAnalyzer,
    RemoteAnalyzer,
)
from agent.server import connect
from contract.analysis import NPY_MEDIA_TYPE, POSES_MEDIA_TYPE
from modeling.checkpoint import DEFAULT_CHECKPOINT
from modeling.detector import Detector
from modeling.pose import PoseTrack
from modeling.windows import RATE_HZ, Window, track_windows

ANALYSIS = {
    "is_anomaly": False,
    "normal_score": 0.9,
    "anomaly_score": 0.1,
    "events": ["fall"],
    "scores": [0.1],
    "thresholds": [0.5],
}
NO_ANALYSES = [
    b"",
    b"<html>",
    b"[]",
    json.dumps(ANALYSIS | {"scores": []}).encode(),
    json.dumps(ANALYSIS | {"events": [], "scores": [], "thresholds": []}).encode(),
    json.dumps(ANALYSIS | {"scores": [1.5]}).encode(),
    json.dumps(ANALYSIS | {"scores": ["0.1"]}).encode(),
]


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def client(scripted_server: Any) -> Iterator[httpx.Client]:
    with connect(scripted_server.url, None, read_timeout_sec=0.2) as client:
        yield client


@pytest.fixture
def detector(checkpoint: Path) -> Detector:
    return Detector.load(checkpoint)


@pytest.fixture
def window(make_window: Callable[..., Any]) -> Window:
    made: Window = make_window(0, 1.0)
    return made


def answering_with(detector: Detector) -> Callable[[Any], tuple[int, bytes]]:
    """What the server does: a float16 array or packed poses in, an analysis out."""

    def answer(request: Any) -> tuple[int, bytes]:
        assert request.path == "/behavior/analyze"
        features = READERS[request.headers["Content-Type"]](request.body)
        return 200, detector.analyze(features[None])[0].model_dump_json().encode()

    return answer


def older_than_poses(detector: Detector) -> Callable[[Any], tuple[int, bytes]]:
    """What a server does that takes whatever it does not know for JSON."""

    def answer(request: Any) -> tuple[int, bytes]:
        if request.headers["Content-Type"] != NPY_MEDIA_TYPE:
            return 400, b""
        return answering_with(detector)(request)

    return answer


def from_npy(body: bytes) -> NDArray[np.float32]:
    array = np.load(io.BytesIO(body))
    assert array.dtype == np.float16
    return np.asarray(array, dtype=np.float32)


def from_poses(body: bytes) -> NDArray[np.float32]:
    return PoseWindow.decode(body).features(RATE_HZ)


READERS = {NPY_MEDIA_TYPE: from_npy, POSES_MEDIA_TYPE: from_poses}


@pytest.fixture
def fall(repository: Path) -> list[Window]:
    """The windows of the shipped recording."""
    track = PoseTrack.load(repository / "demo" / "recordings" / "fall.npz")
    return [window for window in track_windows(track) if window.features is not None]


@pytest.mark.parametrize("server", [answering_with, older_than_poses])
def test_what_travels_gives_the_same_analysis(
    scripted_server: Any, client: httpx.Client, fall: list[Window], server: Any
) -> None:
    detector = Detector.load(DEFAULT_CHECKPOINT)
    scripted_server.script = server(detector)
    local, remote = LocalAnalyzer(detector), RemoteAnalyzer(client)
    assert len(fall) > 30
    for window in fall:
        ours, theirs = local.analyze(window), remote.analyze(window)
        assert theirs.events == ours.events
        assert theirs.scores == pytest.approx(ours.scores, abs=0.005)
    assert remote.name == "remote"


def test_server_that_takes_no_poses_is_asked_once_whether_it_does(
    scripted_server: Any, client: httpx.Client, fall: list[Window], detector: Detector
) -> None:
    scripted_server.script = older_than_poses(detector)
    remote = RemoteAnalyzer(client)
    for window in fall[:3]:
        remote.analyze(window)
    sent = [request.headers["Content-Type"] for request in scripted_server.requests]
    assert sent == [POSES_MEDIA_TYPE] + [NPY_MEDIA_TYPE] * 3


def test_server_that_refuses_everything_for_a_while_gets_poses_again(
    scripted_server: Any, client: httpx.Client, fall: list[Window], detector: Detector
) -> None:
    scripted_server.script = lambda _: (422, b"")
    remote = RemoteAnalyzer(client)
    with pytest.raises(AnalysisUnavailable):
        remote.analyze(fall[0])
    scripted_server.script = answering_with(detector)
    remote.analyze(fall[1])
    assert scripted_server.requests[-1].headers["Content-Type"] == POSES_MEDIA_TYPE


def test_window_like_the_one_before_is_asked_about_once_a_second(
    scripted_server: Any, client: httpx.Client, fall: list[Window], detector: Detector
) -> None:
    scripted_server.script = answering_with(detector)
    remote = RemoteAnalyzer(client)
    same = [replace(fall[20], time=number / 10) for number in range(11)]
    first = remote.analyze(same[0])
    assert [remote.analyze(window) for window in same[1:10]] == [first] * 9
    assert len(scripted_server.requests) == 1
    remote.analyze(same[10])
    assert len(scripted_server.requests) == 2
    remote.analyze(replace(fall[21], time=1.1))
    remote.analyze(replace(fall[20], time=1.2))
    assert len(scripted_server.requests) == 4


def test_request_carries_no_header_that_the_server_does_not_need(
    scripted_server: Any, client: httpx.Client, fall: list[Window], detector: Detector
) -> None:
    scripted_server.script = answering_with(detector)
    RemoteAnalyzer(client).analyze(fall[0])
    sent = {name.lower() for name in scripted_server.requests[0].headers}
    assert sent == {"host", "content-type", "content-length"}


@pytest.mark.parametrize("status", [401, 422, 500, 503])
def test_refusal_of_the_server_is_told_by_its_status(
    scripted_server: Any, client: httpx.Client, window: Window, status: int
) -> None:
    scripted_server.script = lambda _: (status, b"")
    remote = RemoteAnalyzer(client)
    with pytest.raises(AnalysisUnavailable, match=f"it answers {status}"):
        remote.analyze(window)
    assert remote.name == "none"


@pytest.mark.parametrize("body", NO_ANALYSES)
def test_nonsense_of_the_server_is_no_analysis(
    scripted_server: Any, client: httpx.Client, window: Window, body: bytes
) -> None:
    scripted_server.script = lambda _: (200, body)
    with pytest.raises(AnalysisUnavailable, match="its answer is no analysis"):
        RemoteAnalyzer(client).analyze(window)


def test_remote_is_unavailable_when_the_server_hangs_or_is_gone(
    scripted_server: Any, client: httpx.Client, window: Window
) -> None:
    scripted_server.script = scripted_server.hang
    with pytest.raises(AnalysisUnavailable, match="does not answer in time"):
        RemoteAnalyzer(client).analyze(window)
    scripted_server.close()
    with pytest.raises(AnalysisUnavailable, match="cannot be reached"):
        RemoteAnalyzer(client).analyze(window)


def test_remote_keeps_its_name_while_it_waits_for_the_next_answer(
    scripted_server: Any,
    client: httpx.Client,
    detector: Detector,
    window: Window,
) -> None:
    remote = RemoteAnalyzer(client)
    names = []

    def answer(request: Any) -> tuple[int, bytes]:
        names.append(remote.name)
        return (503, b"") if len(names) == 2 else answering_with(detector)(request)

    scripted_server.script = answer
    remote.analyze(window)
    with pytest.raises(AnalysisUnavailable):
        remote.analyze(window)
    remote.analyze(window)
    assert names == ["remote", "remote", "none"]
    assert remote.name == "remote"


def fail_as(server: Any, failure: str) -> None:
    answers = {"refusal": (422, b""), "no model": (503, b""), "nonsense": (200, b"<html>")}
    server.script = server.hang if failure == "hang" else lambda _: answers[failure]


@pytest.mark.parametrize("failure", ["refusal", "no model", "nonsense", "hang"])
def test_auto_falls_back_to_the_own_detector_and_comes_back(
    scripted_server: Any,
    client: httpx.Client,
    detector: Detector,
    window: Window,
    failure: str,
) -> None:
    clock, local = Clock(), LocalAnalyzer(detector)
    auto = AutoAnalyzer(RemoteAnalyzer(client), local, clock)
    scripted_server.script = answering_with(detector)
    auto.analyze(window)
    assert auto.name == "remote"

    fail_as(scripted_server, failure)
    assert auto.analyze(window) == local.analyze(window)
    assert auto.name == "local"

    asked = len(scripted_server.requests)
    clock.now = RETRY_SEC - 0.1
    auto.analyze(window)
    assert len(scripted_server.requests) == asked  # not before its time

    scripted_server.script = answering_with(detector)
    clock.now = RETRY_SEC
    auto.analyze(window)
    assert (len(scripted_server.requests), auto.name) == (asked + 1, "remote")


def test_auto_answers_without_a_server_from_the_first_window_on(
    scripted_server: Any, client: httpx.Client, detector: Detector, window: Window
) -> None:
    scripted_server.close()
    auto = AutoAnalyzer(RemoteAnalyzer(client), LocalAnalyzer(detector))
    # By hand: the sigmoid of a window that is 1 throughout.
    assert auto.analyze(window).scores == pytest.approx([0.7311, 0.7311], abs=1e-4)
    assert auto.name == "local"


def test_auto_waits_for_no_slow_look_up_of_a_name(
    client: httpx.Client,
    detector: Detector,
    window: Window,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No time-out of the client bounds it; the windows that follow must not wait either."""
    found = threading.Event()

    def look_up(*_: object, **__: object) -> list[Any]:
        found.wait(10)
        raise socket.gaierror("not found")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr("agent.analyzer.ANSWER_SEC", 0.2)
    clock, local = Clock(), LocalAnalyzer(detector)
    auto = AutoAnalyzer(RemoteAnalyzer(client), local, clock)
    began = time.monotonic()
    for number in range(20):
        clock.now = number * RETRY_SEC
        assert auto.analyze(window) == local.analyze(window)
    assert time.monotonic() - began < 5.0
    found.set()
