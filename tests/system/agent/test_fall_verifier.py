"""What becomes of a fall's picture: asked about once, never waited for long, and kept by nobody."""

import base64
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import httpx2 as httpx
import numpy as np
import pytest
from pydantic import SecretStr

from agent.backend_client import connect
from agent.fall_verifier import ABSENT, FallVerifier, Verification
from agent.recent_frames import RecentFrames
from contract.events import PictureVerdict
from modeling.perception.frames.frame import Frame
from testkit.scripted_server import Script, ScriptedServer

MOMENT = 5.0


@pytest.fixture
def client(scripted_server: ScriptedServer) -> Iterator[httpx.Client]:
    with connect(scripted_server.url, SecretStr("a-key"), 5.0) as client:
        yield client


@pytest.fixture
def frames() -> RecentFrames:
    """One picture, of MOMENT."""
    frames = RecentFrames()
    frames.keep(Frame(150, MOMENT, np.full((48, 64, 3), 90, np.uint8)))
    return frames


@pytest.fixture
def verifier(frames: RecentFrames, client: httpx.Client) -> FallVerifier:
    return FallVerifier(frames, client)


def saying(label: str, confidence: float) -> Script:
    """A script: the posture is `label`."""
    answer = {
        "label": label,
        "confidence": confidence,
        "scores": {label: confidence},
        "model_name": "posture",
        "version": "1",
        "took_ms": 3.2,
    }
    return lambda _: (200, json.dumps(answer).encode())


@pytest.mark.parametrize(
    ("posture", "confidence", "verdict"),
    [
        ("lying", 0.97, PictureVerdict.CONFIRMED),
        ("upright", 0.97, PictureVerdict.QUESTIONED),
        ("upright", 0.6, PictureVerdict.UNSURE),
        ("nobody", 0.9, PictureVerdict.QUESTIONED),
        ("transition", 0.9, PictureVerdict.UNSURE),
    ],
)
def test_answer_becomes_a_verdict(
    verifier: FallVerifier,
    scripted_server: ScriptedServer,
    posture: str,
    confidence: float,
    verdict: str,
) -> None:
    scripted_server.script = saying(posture, confidence)
    assert verifier.verify(MOMENT) == Verification(PictureVerdict(verdict), posture, confidence)


def test_question_is_one_jpeg_and_the_models_name(
    verifier: FallVerifier, scripted_server: ScriptedServer
) -> None:
    scripted_server.script = saying("lying", 0.9)
    verifier.verify(MOMENT)
    (request,) = scripted_server.requests
    assert request.path == "/api/v1/predict"
    assert request.headers["Authorization"] == "Bearer a-key"
    body = json.loads(request.body)
    assert body.keys() == {"model_name", "image_base64"}
    assert body["model_name"] == "posture"
    jpeg = np.frombuffer(base64.b64decode(body["image_base64"], validate=True), np.uint8)
    image = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert image is not None
    assert (image.shape, round(float(image.mean()))) == ((48, 64, 3), 90)


def test_without_a_picture_of_the_moment_nothing_is_asked(
    verifier: FallVerifier, scripted_server: ScriptedServer
) -> None:
    assert verifier.verify(MOMENT + 1.0) == ABSENT
    assert scripted_server.requests == []


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (503, b"{}", "the server: it answers 503"),
        (404, b"{}", "the server: it answers 404"),
        (403, b"{}", "the server: it answers 403"),
        (429, b"{}", "it answers 429: too many requests, or too many with a wrong API_KEY"),
        (200, b"<html>Welcome!</html>", "the server's answer is no prediction"),
        (200, b'{"label": "lying"}', "the server's answer is no prediction"),
    ],
)
def test_server_that_cannot_say_leaves_the_verdict_absent(
    verifier: FallVerifier,
    scripted_server: ScriptedServer,
    caplog: pytest.LogCaptureFixture,
    status: int,
    answer: bytes,
    reason: str,
) -> None:
    scripted_server.script = lambda _: (status, answer)
    assert verifier.verify(MOMENT) == ABSENT
    assert reason in caplog.text


@pytest.mark.parametrize("label", ["ok", "", "x" * 1000, "a\nb"])
def test_word_that_is_no_posture_never_becomes_one(
    verifier: FallVerifier, scripted_server: ScriptedServer, label: str
) -> None:
    scripted_server.script = saying(label, 0.9)
    assert verifier.verify(MOMENT) == ABSENT


def test_server_that_is_not_there_leaves_the_verdict_absent(
    verifier: FallVerifier, scripted_server: ScriptedServer
) -> None:
    scripted_server.close()
    assert verifier.verify(MOMENT) == ABSENT


def test_server_that_hangs_is_not_waited_for_and_not_asked_again_meanwhile(
    frames: RecentFrames,
    client: httpx.Client,
    scripted_server: ScriptedServer,
    caplog: pytest.LogCaptureFixture,
    eventually: Callable[..., Any],
) -> None:
    verifier = FallVerifier(frames, client, answer_sec=0.2)
    scripted_server.script = scripted_server.hang
    assert verifier.verify(MOMENT) == ABSENT
    assert "the server: it does not answer in time" in caplog.text
    assert verifier.verify(MOMENT) == ABSENT
    assert "it has not answered the last question yet" in caplog.text
    scripted_server.released.set()
    scripted_server.script = saying("lying", 0.9)
    eventually(lambda: verifier.verify(MOMENT).verdict is PictureVerdict.CONFIRMED)


def test_nothing_of_the_picture_is_logged(
    verifier: FallVerifier, scripted_server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="agent")
    scripted_server.script = lambda request: (422, request.body)
    verifier.verify(MOMENT)
    scripted_server.script = saying("lying", 0.9)
    verifier.verify(MOMENT)
    image = json.loads(scripted_server.requests[0].body)["image_base64"]
    said = "".join(record.getMessage() for record in caplog.records if "agent" in record.name)
    assert "the picture of the fall" in said
    assert not any(image[start : start + 16] in said for start in range(0, len(image), 16))
