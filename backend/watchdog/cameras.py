"""Which cameras there are, and for how long nothing has been heard of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.events.line import Record
from contract.events import STOPPED

FORGOTTEN_AFTER_SEC = 7 * 24 * 3600.0
"""A camera that was last heard of a week ago has been taken down."""


@dataclass(frozen=True)
class Camera:
    """A camera as of now: `beat` is its last heartbeat.

    `silent_sec` counts from then. Of a camera that was not `heard` since the server's start it
    counts from that start, which gives it time to come back.
    """

    beat: Record
    silent_sec: float
    heard: bool

    @property
    def stopped(self) -> bool:
        """Whether it said good-bye."""
        return bool(self.beat.get("state") == STOPPED)


class Cameras:
    """Sees heartbeats arrive on the monotonic clock, which no correction of the time moves."""

    def __init__(self, beats: Mapping[str, Record], now: float) -> None:
        """`beats` are the last ones of an earlier run, `now` is when this one starts."""
        self._started = now
        self._seen = {name: _identity(beat) for name, beat in beats.items()}
        self._heard: dict[str, float] = {}

    def look(self, beats: Mapping[str, Record], now: float, today: float) -> dict[str, Camera]:
        """All cameras but the forgotten ones, by name.

        `now` is seconds of the monotonic clock, `today` those since 1970 (UTC).
        """
        for forgotten in self._seen.keys() - beats.keys():
            del self._seen[forgotten]
            self._heard.pop(forgotten, None)
        for name, beat in beats.items():
            if self._seen.get(name) != _identity(beat):
                self._seen[name], self._heard[name] = _identity(beat), now
        cameras = {name: self._camera(name, beat, now) for name, beat in beats.items()}
        return {name: camera for name, camera in cameras.items() if not _is_old(camera, today)}

    def _camera(self, name: str, beat: Record, now: float) -> Camera:
        heard = self._heard.get(name)
        return Camera(beat, now - (self._started if heard is None else heard), heard is not None)


def _identity(beat: Record) -> tuple[str, float]:
    """Two heartbeats of a camera differ in it, whatever ids its sender gives."""
    return beat["event_id"], beat["ts"]


def _is_old(camera: Camera, today: float) -> bool:
    if camera.silent_sec > FORGOTTEN_AFTER_SEC:
        return True
    return not camera.heard and today - camera.beat["received_at"] > FORGOTTEN_AFTER_SEC
