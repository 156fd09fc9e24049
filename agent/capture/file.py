"""Files as sources: the frames of a video or the poses of a track, at one of two paces."""

import time
from collections.abc import Callable, Iterator

from agent.capture.source import EndOfSource
from agent.file_pace import FilePace
from modeling.perception.frames.frame import Frame
from modeling.perception.poses.pose import Poses


class RecordedSource:
    """Plays `frames` once; their times are the file's own at either pace.

    `release` closes the file; `clock` and `sleep` are in seconds.
    """

    live = False
    may_be_late = False

    def __init__(
        self,
        description: str,
        frames: Iterator[Frame | Poses],
        frame_count: int,
        pace: FilePace,
        *,
        release: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the first frame at once; whatever `frames` raises for it is raised here."""
        self.description = description
        self.frame_count = frame_count
        self._frames = frames
        self._next = next(frames, None)
        self._pace = pace
        self._release = release
        self._clock = clock
        self._sleep = sleep
        self._time_zero: float | None = None
        self._arrived = float("-inf")

    def read(self, timeout_sec: float) -> Frame | Poses | None:
        """Return the next frame, in real time the newest one that is due; see Source."""
        if self._next is None:
            raise EndOfSource
        if self._pace is FilePace.REALTIME and not self._wait_for(self._next, timeout_sec):
            return None
        self._arrived = self._clock()
        frame = self._advance(self._next)
        # Compared with one moment: the loop must end even if the decoder is slower than real time.
        while (
            self._pace is FilePace.REALTIME
            and self._next
            and self._due(self._next) <= self._arrived
        ):
            frame = self._advance(self._next)
        return frame

    def age_sec(self) -> float:
        """Seconds since the last frame was handed out; inf before the first."""
        return self._clock() - self._arrived

    def close(self) -> None:
        """Close the file."""
        self._release()

    def _advance(self, frame: Frame | Poses) -> Frame | Poses:
        self._next = next(self._frames, None)
        return frame

    def _due(self, frame: Frame | Poses) -> float:
        """When `frame` is to be shown, on the clock; the first frame asked for starts the play."""
        if self._time_zero is None:
            self._time_zero = self._clock() - frame.time
        return self._time_zero + frame.time

    def _wait_for(self, frame: Frame | Poses, timeout_sec: float) -> bool:
        wait = self._due(frame) - self._clock()
        if wait > 0:
            self._sleep(min(wait, timeout_sec))
        return wait <= timeout_sec
