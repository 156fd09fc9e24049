"""What a camera does, for who looks from outside."""

from typing import Any

import pytest

from backend.metrics.cameras import CameraState, state_of
from backend.troubles.subjects import Beat, Camera
from contract.events import Heartbeat

NOW = 1_800_000_000.0


def camera(silent_sec: float = 1.0, *, heard: bool = True, **said: Any) -> Camera:
    beat = Heartbeat(event_id="b", camera_id="hall", ts=NOW, **said)
    return Camera(
        beat=Beat(beat, NOW, 0.0),
        silent_sec=silent_sec,
        heard=heard,
        has_waited=False,
        last_heard_sec=silent_sec,
        fps=None,
        missed_sec=0.0,
        ahead_sec=0.0,
        are_two=False,
        one_said_good_bye=False,
    )


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (camera(state="watching", fps=10.0, frame_age_sec=0.1), CameraState.WATCHING),
        (camera(state="watching", fps=0.0, frame_age_sec=30.0), CameraState.BLIND),
        (camera(state="failed", fps=0.0), CameraState.FAILED),
        (camera(40.0, state="watching", fps=10.0), CameraState.SILENT),
        (camera(heard=False, state="watching", fps=10.0), CameraState.AWAITED),
        (camera(40.0, heard=False, state="watching"), CameraState.SILENT),
        (camera(4000.0, state="stopped"), CameraState.STOPPED),
    ],
)
def test_worst_state_is_told(found: Camera, state: CameraState) -> None:
    assert state_of(found, 40.0) is state
