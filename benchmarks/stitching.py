"""Long streams made of short clips: what a camera in one room sees in an hour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from modeling.perception.poses.pose import Body, Poses, PoseTrack
from modeling.training.datasets.clips import LabelledClip

EMPTY_FPS = 10.0
SHORTEST_GAP_SEC, LONGEST_GAP_SEC = 3.0, 30.0
"""Nobody is in the room for as long between two clips."""


@dataclass(frozen=True)
class Stitched:
    """A room's stream; `clips` are the names of those in it, in their order."""

    room: str
    track: PoseTrack
    clips: list[str]


def rooms_of_daily_life(clips: Sequence[LabelledClip]) -> dict[str, list[LabelledClip]]:
    """The clips without a fall of each room and view of it, by its name."""
    rooms: dict[str, list[LabelledClip]] = {}
    for clip in clips:
        if not clip.labels.falls and clip.track.persons.size:
            rooms.setdefault(f"{clip.labels.room} {clip.labels.view}", []).append(clip)
    return dict(sorted(rooms.items()))


def stitch(
    room: str, clips: Sequence[LabelledClip], seconds: float, rng: np.random.Generator
) -> Stitched:
    """Clips in any order, each as often as it takes, with an empty room between them.

    Everybody who comes in is another person, and no frame is marked as another scene.
    """
    frames: list[Poses] = []
    names, at, known = list[str](), 0.0, 0
    while at < seconds:
        clip = clips[int(rng.integers(len(clips)))]
        frames += _visit(clip.track, at, known)
        known += int(clip.track.persons.max())
        names.append(clip.labels.name)
        gap = float(rng.uniform(SHORTEST_GAP_SEC, LONGEST_GAP_SEC))
        frames += _nobody(frames[-1], gap)
        at = frames[-1].time + 1.0 / EMPTY_FPS
    return Stitched(room, PoseTrack.from_poses(_numbered(frames)), names)


def _visit(track: PoseTrack, at: float, known: int) -> Iterator[Poses]:
    for poses in track:
        bodies = tuple(Body(known + body.person, body.landmarks) for body in poses.bodies)
        time = at + poses.time - float(track.times[0])
        yield Poses(poses.frame_idx, time, poses.aspect, bodies)


def _nobody(last: Poses, seconds: float) -> Iterator[Poses]:
    for after in range(1, round(seconds * EMPTY_FPS) + 1):
        yield Poses(last.frame_idx, last.time + after / EMPTY_FPS, last.aspect)


def _numbered(frames: Sequence[Poses]) -> list[Poses]:
    return [Poses(i, f.time, f.aspect, f.bodies) for i, f in enumerate(frames)]
