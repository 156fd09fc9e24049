"""An outbox, and small events and windows, as a camera box has them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from agent.outbox.outbox import Outbox
from contract.events import EVENT, Event, EventType
from contract.layout import JOINTS, WINDOW_LENGTH
from modeling.perception.windows.windows import Moment, Window


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """An empty outbox, at `tmp_path / "outbox.sqlite3"`."""
    outbox = Outbox(tmp_path / "outbox.sqlite3")
    yield outbox
    outbox.close()


def numbered_event(number: int, event_type: EventType = EventType.PROBS) -> Event:
    """The event number n."""
    fields = {"event_id": f"e{number}", "camera_id": "거실", "ts": 1.8e9 + number}
    if event_type in (EventType.START, EventType.END):
        fields["event"] = "fall"
    return EVENT.validate_python(fields | {"event_type": event_type})


def _joints_with(first: float) -> NDArray[np.float32]:
    joints = np.full((WINDOW_LENGTH, len(JOINTS), 3), 0.5, dtype=np.float32)
    joints[0, 0, 0] = first
    return joints


@pytest.fixture(scope="session")
def make_moment() -> Callable[..., Moment]:
    """Makes the moment number n of a stream, 100 ms apart.

    A window of the person number i begins with the number `values[i - 1]`; with None there is
    nobody.
    """

    def make(number: int, *values: float | None) -> Moment:
        windows = tuple(
            Window(person, _joints_with(value), 4 / 3)
            for person, value in enumerate(values or (0.0,), start=1)
            if value is not None
        )
        return Moment(number / 10, number * 3, 4 / 3, windows)

    return make
