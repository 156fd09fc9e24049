"""What the parts tell each other, as tests of several of them need it."""

import itertools
from collections.abc import Callable

import pytest

from backend.alerts.channels.base import Alert
from backend.events.journal.record import Record
from testkit.alone import typed
from testkit.households import HOME

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def make_beat() -> Callable[..., Record]:
    """Makes the record of a heartbeat of a camera that is well, unless `fields` say otherwise."""

    def make(received_at: float = 0.0, **fields: object) -> Record:
        beat: dict[str, object] = {
            "event_id": f"beat-{next(NUMBERS)}",
            "event_type": "HEARTBEAT",
            "camera_id": "거실",
            "ts": received_at,
            "state": "watching",
            "fps": 15.0,
            "frame_age_sec": 0.05,
            "inference": "local",
            "picture": "ok",
            "outbox_length": 1,
        }
        return Record.of(typed(beat | fields), received_at)

    return make


@pytest.fixture
def alert() -> Alert:
    """A fall in the living room."""
    return Alert("i1", "i1", "e1", "fall", "거실", 1_800_000_000.0, HOME, duration_sec=3.2)
