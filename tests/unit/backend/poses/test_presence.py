"""Who counts as being in the picture: whoever is seen for most of five seconds."""

from collections.abc import Callable, Collection

import numpy as np
import pytest

from backend.poses.frame import PoseFrame
from backend.poses.presence import HOLDS_SEC, SPAN_SEC, people_seen

NOW = 1000.0
Seen = Callable[[float], Collection[int]]


def frame(at: float, people: Collection[int], held: Collection[int] = ()) -> PoseFrame:
    """Everybody of `people`, of whom those of `held` are only held from before."""
    joints = np.full((len(people), 13, 3), 0.5, dtype=np.float16)
    for place, person in enumerate(people):
        joints[place, :, 2] = 0.0 if person in held else 0.9
    scores = tuple((0.1,) for _ in people)
    return PoseFrame("hall", at, at, 1.5, tuple(people), joints, ("fall",), scores)


def stream(seen: Seen, step: float = 0.1, since: float = 10.0) -> list[PoseFrame]:
    """Poses up to NOW; `seen` says who is seen so many seconds before it."""
    before = np.arange(since, 0.0, -step)
    return [frame(NOW - ago, people) for ago in before if (people := seen(float(ago)))]


@pytest.mark.parametrize(
    ("seen", "count"),
    [
        (lambda _: (), 0),
        (lambda _: (1,), 1),
        (lambda _: (1, 2), 2),
        (lambda _: (1, 2, 3), 3),
        (lambda ago: (1, 2) if ago > 0.9 else (1,), 2),  # just lost
        (lambda ago: (1, 2) if ago > 2.0 else (1,), 1),  # has left
        (lambda ago: (1, 2) if ago < 3.0 else (1,), 1),  # came running
        (lambda ago: (1, 2) if 4.0 < ago < 8.0 else (1,), 1),  # passed by
        (lambda ago: (1, 2) if int(10 * ago) % 3 else (1,), 1),  # flickers
        (lambda ago: (1, 10 + int(ago)), 1),  # another number each second
        (lambda ago: (1,) if ago > 2.5 else (2,), 0),  # who fell was found again as another
    ],
)
def test_who_stays_counts_and_who_flickers_passes_or_changes_does_not(
    seen: Seen, count: int
) -> None:
    assert people_seen(stream(seen), NOW) == count


@pytest.mark.parametrize("step", [0.1, 0.2, 1.0])
def test_people_count_however_often_poses_come(step: float) -> None:
    assert people_seen(stream(lambda _: (1, 2), step), NOW) == 2


def test_time_counts_and_not_poses() -> None:
    still = stream(lambda ago: (1,) if ago > 2.0 else (), step=1.0)
    moving = stream(lambda ago: (1, 2) if ago <= 2.0 else (), step=0.1)
    assert people_seen(still + moving, NOW) == 1


def test_who_is_only_held_from_before_is_not_seen() -> None:
    frames = [frame(NOW - ago, (1, 2), held=(2,)) for ago in np.arange(5.0, 0.0, -0.1)]
    assert people_seen(frames, NOW) == 1


def test_poses_hold_for_a_moment_and_not_for_ever() -> None:
    assert people_seen([frame(NOW - SPAN_SEC, (1, 2))], NOW) == 0
    frames = stream(lambda _: (1, 2))
    assert people_seen(frames, NOW + 0.5) == 2
    assert people_seen(frames, NOW + HOLDS_SEC + 1.5) == 0


def test_what_comes_after_the_moment_does_not_count() -> None:
    frames = stream(lambda ago: (1, 2) if ago < 5.0 else (1,))
    assert people_seen(frames, NOW - 5.0) == 1
    assert people_seen(frames[::-1], NOW) == 2
