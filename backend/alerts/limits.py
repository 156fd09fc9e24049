"""How many memos are sent of what, so that no camera and no trouble holds up a fall."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """In seconds, `singles` apart."""

    gather: float = 3.0
    """Troubles wait as long for others, and go out as one memo."""
    repeat: float = 3600.0
    """A memo of a trouble of one camera is sent at most once in as long."""
    singles: int = 5
    """So many alerts of one camera have memos of their own within `lately`, the rest are joined;
    so are more than these that wait together."""
    lately: float = 300.0
    joined: float = 60.0
    """Between the joined memos of one camera."""


@dataclass(frozen=True)
class Quota:
    """What a channel takes in a day.

    Troubles leave `for_urgent` of it. A camera that has had `for_camera` leaves `for_others` to the
    other cameras. `began_at` says when the day began, by the clock of the alerts.
    """

    a_day: int
    began_at: Callable[[], float]
    for_urgent: int = 8
    for_camera: int = 4
    for_others: int = 4
    look_again: float = 600.0
    """Seconds after which what waits for the next day looks whether that has begun."""
