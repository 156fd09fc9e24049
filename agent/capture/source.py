"""The contract between whatever is watched and the agent's main loop."""

from typing import Protocol

from modeling.perception.frames.frame import Frame
from modeling.perception.poses.pose import Poses


class SourceError(Exception):
    """The source cannot be opened; the message is one plain line that says what was expected."""


class EndOfSource(Exception):
    """The file has been read to its end."""


class Source(Protocol):
    """A stream of frames, or of the poses that were recorded from one; read by one thread."""

    description: str
    """What is watched, safe to print: no user, password or token of a URL."""
    live: bool
    """True for a camera or a stream, which never ends; False for a file."""
    frame_count: int
    """How many frames a file claims to have; 0 where that is not known."""

    def read(self, timeout_sec: float) -> Frame | Poses | None:
        """Wait for the next frame, of a file in real time for the newest that is due.

        None when none came within `timeout_sec`; raises EndOfSource after a file's last one.
        """

    def age_sec(self) -> float:
        """Seconds since what the last frame that was read shows happened; inf before the first.

        That is longer than since it arrived, where it was held back on its way.
        """

    @property
    def may_be_late(self) -> bool:
        """Whether frames of what has happened by now may still come."""

    def close(self) -> None:
        """Let go of the camera, the connection or the file, within about a second."""
