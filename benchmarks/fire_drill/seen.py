"""What came of one expectation, and how it is waited for."""

import time
from collections.abc import Callable
from dataclasses import dataclass

LOOK_SEC = 0.1


@dataclass(frozen=True)
class Seen:
    """What was expected, what came, and after how many seconds."""

    expected: str
    came: str
    seconds: float
    is_right: bool


Look = Callable[[], str | None]
"""What there is to say by now."""


def awaited(expected: str, within_sec: float, look: Look) -> Seen:
    """That there is something to say within so many seconds."""
    began = time.monotonic()
    while not (came := look()) and time.monotonic() - began < within_sec:
        time.sleep(LOOK_SEC)
    return Seen(expected, came or "nothing", time.monotonic() - began, bool(came))


def quiet(expected: str, for_sec: float, look: Look) -> Seen:
    """That there is nothing to say for so many seconds."""
    found = awaited(expected, for_sec, look)
    return Seen(expected, found.came, found.seconds, not found.is_right)


def compared(expected: str, wanted: object, found: object) -> Seen:
    """That both are the same, now."""
    is_right = wanted == found
    came = "so it is" if is_right else f"{found}, not {wanted}"
    return Seen(expected, came, 0.0, is_right)
