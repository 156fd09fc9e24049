"""What a camera does, for who looks from outside."""

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.core import Metric

from backend.metrics.cameras import CameraFigures, CameraState, WatchdogAway, state_of
from backend.troubles.subjects import Beat, Camera
from contract.events import Heartbeat
from testkit.figures import figure, figures

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


def watchdog(failure: str | None = None, **cameras: Camera) -> Any:
    """Stands in for the watchdog, as of its last round."""
    incidents = [SimpleNamespace(label="camera_silent"), SimpleNamespace(label="camera_silent")]
    return SimpleNamespace(failure=failure, cameras=cameras, incidents=incidents)


def test_camera_has_the_figures_that_it_tells(
    written: Callable[[Iterable[Metric]], str],
) -> None:
    said = {"state": "watching", "fps": 10.0, "frame_age_sec": 0.5, "outbox_length": 7}
    found = watchdog(hall=camera(2.0, **said), kitchen=camera(2.0, state="stopped"))
    text = written(CameraFigures(found, 40.0).read())
    assert figure(text, "dolbom_camera_picture_age_seconds", camera="hall") == 2.5
    assert figure(text, "dolbom_camera_outbox_events", camera="hall") == 7.0
    assert figures(text, "dolbom_camera_outbox_events", camera="kitchen") == []
    assert sum(figures(text, "dolbom_camera_state", camera="kitchen")) == 1.0
    assert figure(text, "dolbom_troubles_open", trouble="camera_silent") == 2.0
    assert figure(text, "dolbom_troubles_open", trouble="disk_low") == 0.0


def test_what_nobody_looks_at_has_no_figures() -> None:
    with pytest.raises(WatchdogAway, match="does not run"):
        list(CameraFigures(watchdog("the watchdog does not run"), 40.0).read())
