"""Who answers a moment: the server over real HTTP, the box's own detector, or nobody."""

import io
import itertools
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest

from agent.analyzer import (
    RETRY_SEC,
    AnalysisUnavailable,
    AutoAnalyzer,
    LocalAnalyzer,
    RemoteAnalyzer,
)
from agent.backend_client import connect
from agent.event_factory import EventFactory
from agent.model.serving import Loaded, ServingModel
from backend.http.media_type import parameters_of
from backend.poses.source import source_of
from contract.analysis import NPY_MEDIA_TYPE, AnalysisBatch
from contract.poses import PoseSource
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector
from modeling.perception.poses.pose import PoseTrack
from modeling.perception.windows.features import window_features
from modeling.perception.windows.windows import RATE_HZ, Moment, stacked_features, track_moments
from testkit.clock import Clock
from testkit.scripted_server import Request, Script, ScriptedServer

STAMPS = EventFactory("거실/창가 1", epoch=1_795_939_200.0)
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
    json.dumps(ANALYSIS).encode(),
    *(
        json.dumps({"results": [ANALYSIS | change]}).encode()
        for change in (
            {"scores": []},
            {"events": [], "scores": [], "thresholds": []},
            {"scores": [1.5]},
            {"scores": ["0.1"]},
        )
    ),
]


def local_of(detector: Detector) -> LocalAnalyzer:
    return LocalAnalyzer(ServingModel(Loaded(detector)), "hall")


@pytest.fixture
def client(scripted_server: ScriptedServer) -> Iterator[httpx.Client]:
    with connect(scripted_server.url, None, read_timeout_sec=0.2) as client:
        yield client


@pytest.fixture
def detector(checkpoint: Path) -> Detector:
    return Detector.load(checkpoint)


@pytest.fixture
def moment(make_moment: Callable[..., Any]) -> Moment:
    made: Moment = make_moment(0, 1.0)
    return made


@pytest.fixture
def moments(moment: Moment) -> Iterator[Moment]:
    """The same scene, each time so much later that it is asked about again."""
    return (replace(moment, time=2.0 * number) for number in itertools.count())


def answering_with(detector: Detector) -> Script:
    """What the server does: a float16 array of poses in, an analysis a window out."""

    def answer(request: Request) -> tuple[int, bytes]:
        assert request.path == "/behavior/analyze"
        kind, aspect, *_ = re.split("; aspect=|; ", request.headers["Content-Type"])
        assert kind == NPY_MEDIA_TYPE
        poses = np.load(io.BytesIO(request.body))
        assert poses.dtype == np.float16
        features = [window_features(p, float(aspect), RATE_HZ) for p in poses.astype(np.float32)]
        batch = AnalysisBatch(results=detector.analyze(np.stack(features)))
        return 200, batch.model_dump_json().encode()

    return answer


@pytest.fixture
def fall(repository: Path) -> list[Moment]:
    """The moments of the shipped recording in which somebody is seen."""
    track = PoseTrack.load(repository / "demo" / "recordings" / "fall.npz")
    return [moment for moment in track_moments(track) if moment.windows]


def test_what_travels_gives_the_same_analysis(
    scripted_server: ScriptedServer, client: httpx.Client, fall: list[Moment]
) -> None:
    detector = Detector.load(DEFAULT_CHECKPOINT)
    scripted_server.script = answering_with(detector)
    local, remote = local_of(detector), RemoteAnalyzer(client, STAMPS)
    assert len(fall) > 30
    for moment in fall:
        (ours,), (theirs,) = local.analyze(moment), remote.analyze(moment)
        assert theirs.events == ours.events
        assert theirs.scores == pytest.approx(ours.scores, abs=0.005)
    assert remote.name == "remote"


def test_everybody_at_a_moment_is_asked_about_in_one_request(
    scripted_server: ScriptedServer, client: httpx.Client, fall: list[Moment]
) -> None:
    detector = Detector.load(DEFAULT_CHECKPOINT)
    scripted_server.script = answering_with(detector)
    both = replace(fall[30], windows=(fall[30].windows[0], replace(fall[5].windows[0], person=2)))
    alone = local_of(detector)
    answers = RemoteAnalyzer(client, STAMPS).analyze(both)
    expected = [alone.analyze(fall[30])[0], alone.analyze(fall[5])[0]]
    assert len(scripted_server.requests) == 1
    for ours, theirs in zip(answers, expected, strict=True):
        assert ours.scores == pytest.approx(theirs.scores, abs=0.005)
    assert answers[0].scores != pytest.approx(answers[1].scores, abs=0.1)


def test_answer_about_fewer_people_than_were_asked_about_is_none(
    scripted_server: ScriptedServer, client: httpx.Client, make_moment: Callable[..., Any]
) -> None:
    body = json.dumps({"results": [ANALYSIS]}).encode()
    scripted_server.script = lambda _: (200, body)
    with pytest.raises(AnalysisUnavailable, match="not one analysis per person"):
        RemoteAnalyzer(client, STAMPS).analyze(make_moment(0, 1.0, 0.0))


def test_joint_that_is_guessed_to_be_far_away_travels_all_the_same(
    scripted_server: ScriptedServer, client: httpx.Client, fall: list[Moment], detector: Detector
) -> None:
    scripted_server.script = answering_with(detector)
    far = fall[0].windows[0].joints.copy()
    far[:, 4, 0] = 1e30
    moment = replace(fall[0], windows=(replace(fall[0].windows[0], joints=far),))
    assert len(RemoteAnalyzer(client, STAMPS).analyze(moment)) == 1


def test_moment_like_the_one_before_is_asked_about_once_a_second(
    scripted_server: ScriptedServer, client: httpx.Client, fall: list[Moment], detector: Detector
) -> None:
    scripted_server.script = answering_with(detector)
    remote = RemoteAnalyzer(client, STAMPS)
    same = [replace(fall[20], time=number / 10) for number in range(11)]
    first = remote.analyze(same[0])
    assert [remote.analyze(moment) for moment in same[1:10]] == [first] * 9
    assert len(scripted_server.requests) == 1
    remote.analyze(same[10])
    assert len(scripted_server.requests) == 2
    remote.analyze(replace(fall[21], time=1.1))
    remote.analyze(replace(fall[20], time=1.2))
    assert len(scripted_server.requests) == 4


def test_what_travels_says_whose_poses_they_are_and_when(
    scripted_server: ScriptedServer, client: httpx.Client, fall: list[Moment], detector: Detector
) -> None:
    scripted_server.script = answering_with(detector)
    window = fall[30].windows[0]
    both = replace(fall[30], time=2.1254, windows=(window, replace(window, person=7)))
    RemoteAnalyzer(client, STAMPS).analyze(both)
    (request,) = scripted_server.requests
    source = source_of(parameters_of(request.headers["Content-Type"]))
    assert source == PoseSource(
        camera_id="거실/창가 1", at=1_795_939_202.125, people=(window.person, 7)
    )


@pytest.mark.parametrize("status", [401, 422, 500, 503])
def test_refusal_of_the_server_is_reported_by_its_status(
    scripted_server: ScriptedServer, client: httpx.Client, moment: Moment, status: int
) -> None:
    scripted_server.script = lambda _: (status, b"")
    remote = RemoteAnalyzer(client, STAMPS)
    with pytest.raises(AnalysisUnavailable, match=f"it answers {status}"):
        remote.analyze(moment)
    assert remote.name == "none"


@pytest.mark.parametrize("body", NO_ANALYSES)
def test_nonsense_of_the_server_is_no_analysis(
    scripted_server: ScriptedServer, client: httpx.Client, moment: Moment, body: bytes
) -> None:
    scripted_server.script = lambda _: (200, body)
    with pytest.raises(AnalysisUnavailable, match="its answer is no analysis"):
        RemoteAnalyzer(client, STAMPS).analyze(moment)


def test_remote_is_unavailable_when_the_server_hangs_or_is_gone(
    scripted_server: ScriptedServer, client: httpx.Client, moment: Moment
) -> None:
    scripted_server.script = scripted_server.hang
    with pytest.raises(AnalysisUnavailable, match="does not answer in time"):
        RemoteAnalyzer(client, STAMPS).analyze(moment)
    scripted_server.close()
    with pytest.raises(AnalysisUnavailable, match="cannot be reached"):
        RemoteAnalyzer(client, STAMPS).analyze(moment)


def test_remote_keeps_its_name_while_it_waits_for_the_next_answer(
    scripted_server: ScriptedServer,
    client: httpx.Client,
    detector: Detector,
    moments: Iterator[Moment],
) -> None:
    remote = RemoteAnalyzer(client, STAMPS)
    names = []

    def answer(request: Request) -> tuple[int, bytes]:
        names.append(remote.name)
        return (503, b"") if len(names) == 2 else answering_with(detector)(request)

    scripted_server.script = answer
    remote.analyze(next(moments))
    with pytest.raises(AnalysisUnavailable):
        remote.analyze(next(moments))
    remote.analyze(next(moments))
    assert names == ["remote", "remote", "none"]
    assert remote.name == "remote"


def fail_as(server: ScriptedServer, failure: str) -> None:
    answers = {"refusal": (422, b""), "no model": (503, b""), "nonsense": (200, b"<html>")}
    server.script = server.hang if failure == "hang" else lambda _: answers[failure]


@pytest.mark.parametrize("failure", ["refusal", "no model", "nonsense", "hang"])
def test_auto_falls_back_to_the_own_detector_and_comes_back(
    scripted_server: ScriptedServer,
    client: httpx.Client,
    detector: Detector,
    moments: Iterator[Moment],
    failure: str,
) -> None:
    clock, local = Clock(), local_of(detector)
    auto = AutoAnalyzer(RemoteAnalyzer(client, STAMPS), local, clock=clock)
    scripted_server.script = answering_with(detector)
    auto.analyze(next(moments))
    assert auto.name == "remote"

    fail_as(scripted_server, failure)
    moment = next(moments)
    assert auto.analyze(moment) == local.analyze(moment)
    assert auto.name == "local"

    asked = len(scripted_server.requests)
    clock.now = RETRY_SEC - 0.1
    auto.analyze(next(moments))
    assert len(scripted_server.requests) == asked  # not before its time

    scripted_server.script = answering_with(detector)
    clock.now = RETRY_SEC
    auto.analyze(next(moments))
    assert (len(scripted_server.requests), auto.name) == (asked + 1, "remote")


def test_auto_answers_without_a_server_from_the_first_moment_on(
    scripted_server: ScriptedServer, client: httpx.Client, detector: Detector, moment: Moment
) -> None:
    scripted_server.close()
    auto = AutoAnalyzer(RemoteAnalyzer(client, STAMPS), local_of(detector))
    assert auto.analyze(moment) == detector.analyze(stacked_features(moment.windows))
    assert auto.name == "local"


def test_auto_waits_for_no_slow_look_up_of_a_name(
    client: httpx.Client,
    detector: Detector,
    moment: Moment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No time-out of the client bounds it; the moments that follow must not wait either."""
    found = threading.Event()

    def look_up(*_: object, **__: object) -> list[Any]:
        found.wait(10)
        raise socket.gaierror("not found")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    clock, local = Clock(), local_of(detector)
    auto = AutoAnalyzer(RemoteAnalyzer(client, STAMPS), local, answer_sec=0.2, clock=clock)
    began = time.monotonic()
    for number in range(20):
        clock.now = number * RETRY_SEC
        assert auto.analyze(moment) == local.analyze(moment)
    assert time.monotonic() - began < 5.0
    found.set()
