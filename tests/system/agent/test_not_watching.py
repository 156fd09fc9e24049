"""A camera that is not watched: the server hears of it, why, and whether it is to be missed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from testkit.processes import Part

StartAgent = Callable[..., Part]
RunAgent = Callable[..., tuple[int, list[str]]]
Eventually = Callable[..., Any]
NO_CAMERA = 99

HEARD = "hears this camera"
"""What is said once, when the server has taken something."""


def test_webcam_that_is_missing_after_a_reboot_in_good_order_is_reported(
    server: Any, sandbox: Any, start_agent: StartAgent, make_event: Any, eventually: Eventually
) -> None:
    server.send(make_event(state="stopped"))
    agent = start_agent("--backend-url", server.url, source=NO_CAMERA)
    eventually(lambda: len(server.recent(event_type="HEARTBEAT")) >= 4)
    beats = server.recent(event_type="HEARTBEAT")[:2]
    assert [(beat["state"], beat["fps"]) for beat in beats] == [("watching", 0.0)] * 2
    assert not any("frame_age_sec" in beat for beat in beats)
    eventually(sandbox.memos, timeout=60)
    assert sandbox.texts()[0].startswith("카메라 화면이 보이지 않음 - 거실")
    agent.process.terminate()
    assert agent.process.wait(20) == 0
    assert server.records()[-1]["state"] == "stopped"


def test_start_that_fails_says_why_to_the_server_too(
    server: Any, run_agent: RunAgent, tmp_path: Path
) -> None:
    options = ("--backend-url", server.url, "--inference", "local")
    status, said = run_agent(*options, source=NO_CAMERA, MODEL_CHECKPOINT_PATH=tmp_path)
    reasons = [line for line in said if not line.endswith(HEARD)]
    assert (status, len(reasons)) == (1, 1)
    (beat,) = server.recent(event_type="HEARTBEAT")
    assert (beat["camera_id"], beat["state"], beat["detail"]) == ("거실", "failed", *reasons)


def test_camera_that_is_taken_down_says_so(
    server: Any, run_agent: RunAgent, start_agent: StartAgent, nobody_there: str, make_event: Any
) -> None:
    server.send(make_event(state="stopped"))
    status, said = run_agent("--farewell", "--backend-url", server.url)
    assert (status, [line.endswith(HEARD) for line in said]) == (0, [True])
    (beat,) = server.recent(event_type="HEARTBEAT", limit=1)
    assert (beat["camera_id"], beat["state"]) == ("거실", "ended")
    status, said = run_agent("--farewell", "--backend-url", nobody_there)
    assert (status, said[-1]) == (1, f"the server at {nobody_there}/ has not received it")


def test_camera_that_is_watched_is_not_said_to_be_taken_down(
    server: Any, run_agent: RunAgent, start_agent: StartAgent, eventually: Eventually
) -> None:
    start_agent("--backend-url", server.url, source=NO_CAMERA)
    eventually(lambda: server.recent(event_type="HEARTBEAT"))
    status, said = run_agent("--farewell", "--backend-url", server.url)
    assert (status, len(said)) == (1, 1)
    assert said[0].startswith("another run-agent has the outbox")
