"""Who answers a window: the server over real HTTP, the box's own detector, or nobody."""

import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from agent.analyzer import (
    RETRY_SEC,
    AnalysisUnavailable,
    AutoAnalyzer,
    LocalAnalyzer,
    RemoteAnalyzer,
)
from agent.server import connect
from modeling.checkpoint import DEFAULT_CHECKPOINT
from modeling.detector import Detector
from modeling.pose import PoseTrack
from modeling.windows import track_windows

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
def features(make_window: Callable[..., Any]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = make_window(0, 1.0).features
    return found


def answering_with(detector: Detector) -> Callable[[Any], tuple[int, bytes]]:
    """What the server does: a float16 array in, an analysis out."""

    def answer(request: Any) -> tuple[int, bytes]:
        assert (request.path, request.headers["Content-Type"]) == (
            "/behavior/analyze",
            "application/x-npy",
        )
        array = np.load(io.BytesIO(request.body))
        assert array.dtype == np.float16
        analysis = detector.analyze(array[None].astype(np.float32))[0]
        return 200, analysis.model_dump_json().encode()

    return answer


def test_float16_on_the_wire_gives_the_same_analysis(
    repository: Path, scripted_server: Any, client: httpx.Client
) -> None:
    detector = Detector.load(DEFAULT_CHECKPOINT)
    scripted_server.script = answering_with(detector)
    local, remote = LocalAnalyzer(detector), RemoteAnalyzer(client)
    track = PoseTrack.load(repository / "demo" / "recordings" / "fall.npz")
    windows = [w.features for w in track_windows(track) if w.features is not None]
    assert len(windows) > 30
    for window in windows:
        ours, theirs = local.analyze(window), remote.analyze(window)
        assert theirs.events == ours.events
        assert theirs.scores == pytest.approx(ours.scores, abs=0.005)
    assert remote.name == "remote"


@pytest.mark.parametrize("status", [401, 422, 500, 503])
def test_refusal_of_the_server_is_told_by_its_status(
    scripted_server: Any, client: httpx.Client, features: NDArray[np.float32], status: int
) -> None:
    scripted_server.script = lambda _: (status, b"")
    remote = RemoteAnalyzer(client)
    with pytest.raises(AnalysisUnavailable, match=f"it answers {status}"):
        remote.analyze(features)
    assert remote.name == "none"


@pytest.mark.parametrize("body", NO_ANALYSES)
def test_nonsense_of_the_server_is_no_analysis(
    scripted_server: Any, client: httpx.Client, features: NDArray[np.float32], body: bytes
) -> None:
    scripted_server.script = lambda _: (200, body)
    with pytest.raises(AnalysisUnavailable, match="its answer is no analysis"):
        RemoteAnalyzer(client).analyze(features)


def test_remote_is_unavailable_when_the_server_hangs_or_is_gone(
    scripted_server: Any, client: httpx.Client, features: NDArray[np.float32]
) -> None:
    scripted_server.script = scripted_server.hang
    with pytest.raises(AnalysisUnavailable, match="does not answer in time"):
        RemoteAnalyzer(client).analyze(features)
    scripted_server.close()
    with pytest.raises(AnalysisUnavailable, match="cannot be reached"):
        RemoteAnalyzer(client).analyze(features)


def test_remote_keeps_its_name_while_it_waits_for_the_next_answer(
    scripted_server: Any,
    client: httpx.Client,
    detector: Detector,
    features: NDArray[np.float32],
) -> None:
    remote = RemoteAnalyzer(client)
    names = []

    def answer(request: Any) -> tuple[int, bytes]:
        names.append(remote.name)
        return (503, b"") if len(names) == 2 else answering_with(detector)(request)

    scripted_server.script = answer
    remote.analyze(features)
    with pytest.raises(AnalysisUnavailable):
        remote.analyze(features)
    remote.analyze(features)
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
    features: NDArray[np.float32],
    failure: str,
) -> None:
    clock, local = Clock(), LocalAnalyzer(detector)
    auto = AutoAnalyzer(RemoteAnalyzer(client), local, clock)
    scripted_server.script = answering_with(detector)
    auto.analyze(features)
    assert auto.name == "remote"

    fail_as(scripted_server, failure)
    assert auto.analyze(features) == local.analyze(features)
    assert auto.name == "local"

    asked = len(scripted_server.requests)
    clock.now = RETRY_SEC - 0.1
    auto.analyze(features)
    assert len(scripted_server.requests) == asked  # not before its time

    scripted_server.script = answering_with(detector)
    clock.now = RETRY_SEC
    auto.analyze(features)
    assert (len(scripted_server.requests), auto.name) == (asked + 1, "remote")


def test_auto_answers_without_a_server_from_the_first_window_on(
    scripted_server: Any, client: httpx.Client, detector: Detector, features: NDArray[np.float32]
) -> None:
    scripted_server.close()
    auto = AutoAnalyzer(RemoteAnalyzer(client), LocalAnalyzer(detector))
    # By hand: the sigmoid of a window that is 1 throughout.
    assert auto.analyze(features).scores == pytest.approx([0.7311, 0.7311], abs=1e-4)
    assert auto.name == "local"


def test_auto_waits_for_no_slow_look_up_of_a_name(
    client: httpx.Client,
    detector: Detector,
    features: NDArray[np.float32],
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
        assert auto.analyze(features) == local.analyze(features)
    assert time.monotonic() - began < 5.0
    found.set()
