"""Which way is up in a picture, from the heads of people who walk."""

from collections import Counter, defaultdict, deque
from math import dist

from modeling.perception.poses.pose import Body, Poses
from modeling.perception.poses.pose_gate import MIN_BODY_LENGTH, middles

EVERY_SEC = 0.5
WALK_SEC = 3.0
WALK_LENGTHS = 0.4
"""How far the hips move in that time, across the body: somebody who lies may point anywhere, but
does not walk."""
VOTES = 20
LEAST_VOTES = 8
MOST_AGREE = 0.8

Point = tuple[float, float]


Step = tuple[float, Point, int]
"""Seconds, the hips, and the quarter of the head."""


class Orientation:
    """Follows the poses of one stream; each half second in which somebody walks is a vote."""

    def __init__(self) -> None:
        self._walks: defaultdict[int, deque[Step]] = defaultdict(deque)  # by person
        self._votes: deque[int] = deque(maxlen=VOTES)

    def note(self, poses: Poses) -> None:
        """Take the next poses, with or without somebody in them."""
        for body in poses.bodies:
            self._follow(body, poses, self._walks[body.person])
        for person, walk in list(self._walks.items()):
            if walk and not 0.0 <= poses.time - walk[-1][0] <= WALK_SEC:
                del self._walks[person]

    def _follow(self, body: Body, poses: Poses, walk: deque[Step]) -> None:
        if walk and 0.0 <= poses.time - walk[-1][0] < EVERY_SEC:
            return
        shoulders, hips = (
            tuple((middle * (poses.aspect, 1.0)).tolist()) for middle in middles(body.landmarks)
        )
        quarter = _quarter(shoulders, hips)
        while walk and not 0.0 <= poses.time - walk[0][0] <= WALK_SEC:
            walk.popleft()
        walk.append((poses.time, hips, quarter))
        length = max(2.0 * dist(shoulders, hips), MIN_BODY_LENGTH)
        if _is_walk(walk, quarter, length):
            self._votes.append(quarter)

    @property
    def upside_down_share(self) -> float | None:
        """The share of the last votes with the head not up; None while there are too few."""
        if len(self._votes) < LEAST_VOTES:
            return None
        return sum(vote != 0 for vote in self._votes) / len(self._votes)

    @property
    def quarters_wrong(self) -> int:
        """Clockwise quarter turns that would put heads up; 0 where that is not clear."""
        if len(self._votes) < LEAST_VOTES:
            return 0
        quarter, count = Counter(self._votes).most_common(1)[0]
        return -quarter % 4 if count >= MOST_AGREE * len(self._votes) else 0


def _is_walk(walk: deque[Step], quarter: int, length: float) -> bool:
    first, last = walk[0][1], walk[-1][1]
    across, along = abs(last[0] - first[0]), abs(last[1] - first[1])
    if quarter % 2:
        across, along = along, across
    is_steady = all(seen == quarter for _, _, seen in walk)
    return is_steady and across >= WALK_LENGTHS * length and across > along


def _quarter(shoulders: Point, hips: Point) -> int:
    """Where the head is: 0 up, 1 right, 2 down, 3 left in the picture."""
    x, y = shoulders[0] - hips[0], shoulders[1] - hips[1]
    if abs(y) >= abs(x):
        return 0 if y < 0 else 2
    return 1 if x > 0 else 3
