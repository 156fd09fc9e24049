"""How long a camera box waits for a server that is away."""

import pytest

from agent.outbox.uploader import AWAY, URGENT_SEC, URGENT_TRIES, pause_sec


@pytest.mark.parametrize(
    ("failures", "is_incident", "expected"),
    [
        (1, False, 0.5),
        (1, True, 0.5),
        (10, False, 15.0),
        (10, True, URGENT_SEC),
        (URGENT_TRIES, True, URGENT_SEC),
        (URGENT_TRIES + 1, True, 15.0),
    ],
)
def test_fall_waits_two_seconds_at_most_for_the_first_minutes(
    failures: int, is_incident: bool, expected: float
) -> None:
    assert pause_sec(AWAY, failures, 0.0, is_incident=is_incident) == expected
