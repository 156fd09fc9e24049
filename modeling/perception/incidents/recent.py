"""What was seen of one person in the last seconds, and whether it shows that they are up."""

from collections import deque
from statistics import median

from modeling.perception.windows.posture import Posture, walks

MEMORY_SEC = 5.0
SEEN_SEC = 1.0
"""Who was not seen for as long is out of sight."""
STANDING_SEC = 1.0
WALKING_SEC = 2.0
# This share of the moments shows it, and so many at least; where the person is not seen they show
# nothing. A late analysis drops moments: those that came are what counts.
SHOWN_SHARE = 0.8
SHOWN_LEAST = 3
STANDING_HEIGHT = 0.7
"""Who lies along the line of sight has the shape of who stands, but not the height. Who goes down
with a raised torso goes as far as who walks, but loses height."""

WALKING_LEGS = 0.4
"""Body lengths that the ankles are below the hips: 0.7 of who walks, 0.2 of who sits on the floor
with the legs towards the camera, who may be as high in the picture as somebody who bends."""


class Recent:
    """The memory of one person; add every moment in the order of time.

    `newest` is the last posture of this scene, however long ago, `seen_at` the time of any.
    """

    def __init__(self, time: float) -> None:
        self.began = self.time = self.seen_at = time
        self.newest: Posture | None = None
        self._times = deque[float]()  # of all moments, also of those without a posture
        self._postures = deque[Posture]()

    def add(self, posture: Posture | None, time: float) -> None:
        """Take the posture at `time`, None where the person is not seen."""
        self.time = time
        self._times.append(time)
        while time - self._times[0] > MEMORY_SEC:
            self._times.popleft()
        if posture is not None:
            self.newest, self.seen_at = posture, time
            self._postures.append(posture)
        while self._postures and time - self._postures[0].time > MEMORY_SEC:
            self._postures.popleft()

    def forget(self) -> None:
        """Another scene begins: where the person was says nothing any more."""
        self.newest = None
        self._postures.clear()

    @property
    def now(self) -> Posture | None:
        """The posture of this very moment."""
        is_now = self.newest is not None and self.newest.time == self.time
        return self.newest if is_now else None

    @property
    def is_seen(self) -> bool:
        """Whether the person was seen within the last second."""
        return self.newest is not None and self.time - self.newest.time < SEEN_SEC

    @property
    def standing_height(self) -> float:
        """How high in the picture the person stood of late, 0 where nobody saw it."""
        heights = [posture.height for posture in self._postures if posture.is_upright]
        return median(heights) if heights else 0.0

    def last(self, seconds: float) -> list[Posture]:
        """The postures of the last `seconds`, oldest first."""
        return [posture for posture in self._postures if self.time - posture.time <= seconds]

    def is_up(self, since: float = float("-inf"), standing_height: float = 0.0) -> bool:
        """Whether a second after `since` shows the person upright, or two somebody who walks.

        Either is nearly as high as `standing_height`.
        """
        lowest = STANDING_HEIGHT * standing_height
        return self._stands(since, lowest) or self._walks(since, lowest)

    def _stands(self, since: float, lowest: float) -> bool:
        seen = self._after(max(since, self.time - STANDING_SEC))
        standing = [p for p in seen if p.is_upright and p.height >= lowest]
        return self._is_shown(standing, since, STANDING_SEC)

    def _walks(self, since: float, lowest: float) -> bool:
        seen = self._after(max(since, self.time - WALKING_SEC))
        raised = [p for p in seen if p.is_raised and p.height >= lowest and not _sits(p)]
        return self._is_shown(raised, since, WALKING_SEC) and walks(raised)

    def _after(self, start: float) -> list[Posture]:
        return [posture for posture in self._postures if posture.time > start]

    def _is_shown(self, postures: list[Posture], since: float, seconds: float) -> bool:
        start = max(since, self.time - seconds)
        moments = sum(time > start for time in self._times)
        has_lasted = self.time - since >= SHOWN_SHARE * seconds
        return has_lasted and len(postures) >= max(SHOWN_SHARE * moments, SHOWN_LEAST)


def _sits(posture: Posture) -> bool:
    """Whether ankles are seen, and nearly as high as the hips."""
    return posture.feet is not None and posture.legs < WALKING_LEGS
