"""Poses as an analysis brings them, and incidents around them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from backend.incidents.incident import begun
from backend.poses.frame import PoseFrame
from contract.incidents import Incident
from testkit.alone import incident_event
from testkit.households import HOME

NOW = 1_795_939_200.0


def _frame(at: float, camera_id: str = "hall", people: tuple[int, ...] = (1,)) -> PoseFrame:
    joints = np.linspace(0.0, 1.0, len(people) * 39, dtype=np.float16).reshape(-1, 13, 3)
    scores = tuple((0.25, 0.5) for _ in people)
    return PoseFrame(camera_id, at, at + 0.1, 1.5, people, joints, ("fall", "lying"), scores)


def _incident(began_at: float, label: str = "fall", **fields: Any) -> Incident:
    event = {"event_type": "START", "event_id": f"{label} {began_at}", "camera_id": "hall"}
    return begun(
        incident_event({**event, "ts": began_at, "event": label, **fields}), began_at, HOME
    )


@pytest.fixture(scope="session")
def make_frame() -> Callable[..., PoseFrame]:
    """The poses of a camera at a time: `make_frame(at, camera_id="hall", people=(1,))`."""
    return _frame


@pytest.fixture(scope="session")
def make_incident() -> Callable[..., Incident]:
    """An incident that began at a time, of a label."""
    return _incident
