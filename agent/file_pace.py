"""At which pace a file is read."""

from enum import StrEnum


class FilePace(StrEnum):
    """How fast a file is read; a camera or a stream has its own pace."""

    REALTIME = "realtime"
    """At its own time stamps; what the consumer has no time for is skipped, as with a camera."""
    FAST = "fast"
    """Every frame, as fast as it is asked for."""
