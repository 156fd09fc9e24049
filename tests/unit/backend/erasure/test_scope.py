"""What belongs to a camera, a span of time, or both."""

import pytest

from backend.erasure.scope import WAITED_FOR_SEC, Scope
from backend.events.journal.record import Head

NOW = 1_800_000_000.0


def head(ts: float, camera_id: str = "거실", received_at: float = 0.0) -> Head:
    return Head("e", "HEARTBEAT", received_at, camera_id, ts, None)


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (Scope(1, "거실", None, None), [0.0, 5.0, 9.0]),
        (Scope(1, "침실", None, None), []),
        (Scope(1, None, 5.0, None), [5.0, 9.0]),
        (Scope(1, None, None, 5.0), [0.0]),
        (Scope(1, "거실", 5.0, 9.0), [5.0]),
        (Scope(1, "침실", 5.0, 9.0), []),
        (Scope(2, "거실", None, None), []),
        (Scope(2, None, 0.0, None), []),
    ],
)
def test_event_is_covered_by_its_camera_and_its_time(scope: Scope, covered: list[float]) -> None:
    assert [ts for ts in (0.0, 5.0, 9.0) if scope.covers(head(ts))] == covered


def test_last_heartbeat_goes_with_its_camera_and_stays_in_a_span_while_it_is_waited_for() -> None:
    lately, long_ago = head(5.0, received_at=NOW - 60), head(5.0, received_at=NOW - WAITED_FOR_SEC)
    camera, span = Scope(1, "거실", None, None), Scope(1, "거실", 0.0, None)
    assert camera.covers_last(lately, NOW)
    assert not span.covers_last(lately, NOW)
    assert span.covers_last(long_ago, NOW)
    assert not Scope(1, "침실", None, None).covers_last(long_ago, NOW)
