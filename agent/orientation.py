"""Which way is up in a picture, from where the heads of people who walk are."""

from collections import Counter, deque
from math import dist

from modeling.gate import HIPS, MIN_BODY_LENGTH, SHOULDERS
from modeling.pose import Pose

EVERY_SEC = 0.5
WALK_SEC = 3.0
WALK_LENGTHS = 0.4
"""Way of the hips in as long, across the body: who lies may be any way up, but goes nowhere."""
VOTES = 20
LEAST_VOTES = 8
MOST_AGREE = 0.8

Point = tuple[float, float]


class Orientation:
    """Follows the poses of one stream; a vote is half a second in which somebody walks."""

    def __init__(self) -> None:
        self._walk: deque[tuple[float, Point, int]] = deque()  # time, hips, quarter of the head
        self._votes: deque[int] = deque(maxlen=VOTES)

    def note(self, pose: Pose) -> None:
        """Take the next pose, with or without somebody in it."""
        if pose.landmarks is None or (
            self._walk and 0.0 <= pose.time - self._walk[-1][0] < EVERY_SEC
        ):
            return
        shoulders, hips = (
            tuple((pose.landmarks[part, :2].mean(axis=0) * (pose.aspect, 1.0)).tolist())
            for part in (SHOULDERS, HIPS)
        )
        quarter = _quarter(shoulders, hips)
        while self._walk and not 0.0 <= pose.time - self._walk[0][0] <= WALK_SEC:
            self._walk.popleft()
        self._walk.append((pose.time, hips, quarter))
        length = max(2.0 * dist(shoulders, hips), MIN_BODY_LENGTH)
        if self._is_walk(quarter, length):
            self._votes.append(quarter)

    @property
    def upside_down_share(self) -> float | None:
        """The share of the last votes by which heads are not up; None while there are too few."""
        if len(self._votes) < LEAST_VOTES:
            return None
        return sum(vote != 0 for vote in self._votes) / len(self._votes)

    @property
    def quarters_wrong(self) -> int:
        """Quarter turns, clockwise, after which heads would be up; 0 where that is not clear."""
        if len(self._votes) < LEAST_VOTES:
            return 0
        quarter, count = Counter(self._votes).most_common(1)[0]
        return -quarter % 4 if count >= MOST_AGREE * len(self._votes) else 0

    def _is_walk(self, quarter: int, length: float) -> bool:
        first, last = self._walk[0][1], self._walk[-1][1]
        across, along = abs(last[0] - first[0]), abs(last[1] - first[1])
        if quarter % 2:
            across, along = along, across
        is_steady = all(seen == quarter for _, _, seen in self._walk)
        return is_steady and across >= WALK_LENGTHS * length and across > along


def _quarter(shoulders: Point, hips: Point) -> int:
    """Where the head is: 0 up, 1 right, 2 down, 3 left in the picture."""
    x, y = shoulders[0] - hips[0], shoulders[1] - hips[1]
    if abs(y) >= abs(x):
        return 0 if y < 0 else 2
    return 1 if x > 0 else 3
