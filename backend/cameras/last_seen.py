"""What each camera box has said of itself last."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

from backend.cameras.names import crowded_out
from contract.events import Event, Heartbeat

MOVED_SHARE = 0.1
"""Of the pictures between two heartbeats: less may be a flicker of the light."""


@dataclass(frozen=True)
class Seen:
    """`heard_at` is when the last heartbeat was recorded, `moved_at` when somebody was last seen
    moving by the box's clock; both in seconds since 1970 (UTC)."""

    beat: Heartbeat | None = None
    heard_at: float | None = None
    moved_at: float | None = None


class LastSeen:
    """In memory. Any thread; nothing of it waits."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._lock = Lock()

    def note(self, event: Event, received_at: float) -> None:
        """Take a heartbeat; other events say nothing here."""
        if not isinstance(event, Heartbeat):
            return
        with self._lock:
            before = self._seen.get(event.camera_id, Seen())
            moved_at = (
                max(before.moved_at or 0.0, event.ts) if has_moved(event) else before.moved_at
            )
            self._put(event.camera_id, Seen(event, received_at, moved_at))

    def note_moved(self, camera_id: str, moved_at: float) -> None:
        """Somebody was seen moving then, as earlier runs knew."""
        with self._lock:
            before = self._seen.get(camera_id, Seen())
            self._put(camera_id, replace(before, moved_at=max(before.moved_at or 0.0, moved_at)))

    def all(self) -> dict[str, Seen]:
        """By camera."""
        with self._lock:
            return dict(self._seen)

    def forget(self, camera_id: str) -> None:
        """It was taken down."""
        with self._lock:
            self._seen.pop(camera_id, None)

    def _put(self, camera_id: str, seen: Seen) -> None:
        if camera_id not in self._seen and (oldest := crowded_out(self._seen, camera_id)):
            del self._seen[oldest]
        self._seen[camera_id] = seen
        self._seen.move_to_end(camera_id)


def has_moved(beat: Heartbeat) -> bool:
    """Whether somebody was found and something moved within the heartbeat's time.

    That it was the person who moved is likely, and not certain.
    """
    return min(beat.pose_share or 0.0, beat.motion_share or 0.0) >= MOVED_SHARE
