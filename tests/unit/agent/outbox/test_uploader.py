"""How long a camera box waits for a server that is away, or slow."""

import pytest

from agent.outbox.uploader import (
    AWAY,
    GATHERED_SEC,
    URGENT_SEC,
    URGENT_TRIES,
    gather_sec,
    pause_sec,
)


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


@pytest.mark.parametrize(
    ("took_sec", "expected"), [(0.02, 0.0), (0.5, 2.0), (1.0, 4.0), (9.0, GATHERED_SEC)]
)
def test_events_gather_where_the_server_is_slow_and_nowhere_else(
    took_sec: float, expected: float
) -> None:
    assert gather_sec(took_sec) == expected
