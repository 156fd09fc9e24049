"""What the main loop needs of whatever is watched."""

from typing import Protocol

from modeling.perception.frames.frame import Frame
from modeling.perception.poses.pose import Poses


class SourceError(Exception):
    """The source cannot be opened; the message is one line that says what was expected."""


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
        """Seconds since the moment that the last frame shows; inf before the first frame.

        That is longer than since its arrival if it was held back on its way.
        """

    @property
    def may_be_late(self) -> bool:
        """Whether frames of moments in the past may still come."""

    def close(self) -> None:
        """Close the camera, the connection or the file, within about a second."""
