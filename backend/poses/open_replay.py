"""A replay while its poses come. Pure: time is an argument."""

from dataclasses import dataclass, field

from backend.poses.frame import PoseFrame
from backend.poses.replay_file import Kept
from contract.events import NOTIFIED_AT_START
from contract.incidents import Incident

BEFORE_SEC = 10.0
AFTER_SEC = 20.0
LATE_SEC = 2.0
"""Poses may come so much later than they are of; then the replay ends without more of them."""
WRITE_SEC = 5.0
"""What has come is written as often; a kill loses no more."""
MOST_FRAMES = 400
"""A camera box sends ten a second."""


def centre_of(incident: Incident) -> float:
    """Around when its poses are kept, by the camera box's clock.

    That is when it began; one that is noticed minutes later, when that was.
    """
    if incident.label not in NOTIFIED_AT_START:
        return incident.began_at
    return incident.began_at + (incident.duration_sec or 0.0)


@dataclass
class OpenReplay:
    """The poses of `camera_id` from BEFORE_SEC before `centre` to AFTER_SEC after it.

    `centre` is the camera box's time; `began_at`, and when it is to be `write_at`, the server's.
    """

    incident_id: str
    camera_id: str
    centre: float
    began_at: float
    write_at: float = 0.0
    is_written: bool = False
    frames: list[PoseFrame] = field(default_factory=list)
    has_all: bool = False

    @property
    def ends_at(self) -> float:
        """When no more is waited for."""
        return self.began_at + AFTER_SEC + LATE_SEC

    def add(self, frame: PoseFrame) -> None:
        """Keep it if it belongs here; one of later is the end, and the replay due."""
        since = frame.at - self.centre
        if -BEFORE_SEC <= since <= AFTER_SEC and len(self.frames) < MOST_FRAMES:
            self.frames.append(frame)
        if since > AFTER_SEC and not self.has_all:
            self.has_all, self.write_at = True, 0.0

    def is_over(self, now: float) -> bool:
        """Whether no more poses of it come."""
        return self.has_all or now >= self.ends_at

    def tried(self, now: float) -> None:
        """It was written, or the disk refused: it is due again after WRITE_SEC, and at its end."""
        again = now + WRITE_SEC
        self.write_at = again if now >= self.ends_at else min(again, self.ends_at)

    def kept(self, *, is_partial: bool) -> Kept:
        """What is kept of it; it has a frame at least."""
        frames = sorted(self.frames, key=lambda frame: frame.at)
        return Kept(self.incident_id, self.camera_id, is_partial, frames)
