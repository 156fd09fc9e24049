"""The newest poses of each camera, in memory."""

from collections import OrderedDict, deque
from collections.abc import Callable

from backend.cameras.names import crowded_out
from backend.poses.frame import PoseFrame
from backend.poses.open_replay import BEFORE_SEC

KEPT_SEC = BEFORE_SEC + 2.0
"""An incident is known of a moment after it began."""
MOST_FRAMES = 150
"""Of a camera: 12 s at ten a second, and a few more."""


class RecentPoses:
    """At most 50 kB a camera. Not thread-safe."""

    def __init__(self) -> None:
        self._cameras: OrderedDict[str, deque[PoseFrame]] = OrderedDict()  # longest silent first

    def add(self, frame: PoseFrame) -> None:
        """It is the newest of its camera."""
        frames = self._cameras.get(frame.camera_id)
        if frames is None:
            if oldest := crowded_out(self._cameras, frame.camera_id):
                del self._cameras[oldest]
            frames = self._cameras[frame.camera_id] = deque(maxlen=MOST_FRAMES)
        # Either way: the camera box's clock may have been set.
        while frames and abs(frame.at - frames[0].at) > KEPT_SEC:
            frames.popleft()
        frames.append(frame)
        self._cameras.move_to_end(frame.camera_id)

    def of(self, camera_id: str) -> list[PoseFrame]:
        """Its frames, oldest first."""
        return list(self._cameras.get(camera_id, ()))

    def last_seen(self, camera_id: str) -> float | None:
        """When its newest poses came, by the server's clock; None without any."""
        frames = self._cameras.get(camera_id)
        return frames[-1].received_at if frames else None

    def erase(self, goes: Callable[[str], bool], since: float, until: float) -> None:
        """Forget what was received from `since` to `until` of the cameras that go."""
        chosen = [camera_id for camera_id in self._cameras if goes(camera_id)]
        for name in chosen:
            frames = self._cameras.pop(name, deque())
            left = [frame for frame in frames if not since <= frame.received_at < until]
            if left:
                self._cameras[name] = deque(left, maxlen=MOST_FRAMES)
