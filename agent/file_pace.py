"""At which pace a file is played."""

from enum import StrEnum


class FilePace(StrEnum):
    """How fast a file is played; a camera or a stream has its own pace."""

    REALTIME = "realtime"
    """By its own times; a slow consumer misses frames, as it would with a camera."""
    FAST = "fast"
    """Every frame, as fast as it is asked for."""
