"""What a camera box says of a day of minutes: heartbeats, and scores of who lies. Pure."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from backend.sample.cameras import Camera, View
from backend.sample.minutes import A_DAY, Doing, Minutes
from contract.events import ENDED, ON_FLOOR, Event, Heartbeat, Picture, Probs

BEAT_SEC = 30
A_MINUTE = 60 // BEAT_SEC
BEATS = A_DAY * A_MINUTE
"""A day."""
BEFORE_SEC = 10.0
"""Scores are said so long before the heartbeat of their time."""
FPS = 14.9

Numbers = NDArray[np.float64]
Walk = tuple[float, float, int]
"""Seconds and lengths walked, and rises."""
NO_WALK: tuple[Walk, Walk] = (0.0, 0.0, 0), (0.0, 0.0, 0)
PICTURES = {View.SEES: Picture.OK, View.DARK: Picture.DARK}
"""What a box says; one that is away says nothing."""

POSES = {Doing.STILL: (0.9, 1.0), Doing.ACTIVE: (0.95, 1.0), Doing.LYING: (0.9, 1.0)}
MOTIONS = {Doing.STILL: (0.0, 0.05), Doing.ACTIVE: (0.88, 1.0), Doing.LYING: (0.0, 0.03)}
"""Between which shares of the pictures of a heartbeat somebody is found, and something moves."""


def day_of(
    camera: Camera, minutes: Minutes, number: int, midnight: float, seed: int
) -> Iterator[Event]:
    """The events of day `number`, which began at `midnight` (since 1970), in the order of their
    times; `minutes` are those of that day."""
    views = camera.views[number * A_DAY : (number + 1) * A_DAY]
    seen = (minutes.room == camera.room) & (views == View.SEES)
    chance = np.random.default_rng((seed, 4, number, camera.room))
    shares = _shares(minutes.doing, seen, chance)
    walks = [_walked(minutes, minute) if seen[minute] else NO_WALK for minute in range(A_DAY)]
    pictures = [PICTURES.get(View(view)) for view in views]
    lies = (seen & (minutes.doing >= Doing.LYING)).tolist()
    for beat, at in enumerate(_times(camera, midnight, chance)):
        minute = beat // A_MINUTE
        if (picture := pictures[minute]) is None:
            continue
        name = f"{camera.camera_id}-{number}-{beat}"
        if lies[minute]:
            yield _scores(camera, name, at - BEFORE_SEC, Doing(minutes.doing[minute]))
        walk = walks[minute][beat % A_MINUTE]
        yield _beat(camera, name, at, shares[beat], walk, picture)


def good_bye(camera: Camera, at: float) -> Heartbeat:
    """The last word of a camera that nobody waits for."""
    name = f"{camera.camera_id}-ended"
    return Heartbeat(event_id=name, camera_id=camera.camera_id, ts=at, state=ENDED, fps=0.0)


def _times(camera: Camera, midnight: float, chance: np.random.Generator) -> list[float]:
    """When the heartbeats of a day come; no two cameras say theirs together."""
    phase = 2.0 + 3.0 * camera.room
    luck = chance.uniform(0.0, 1.0, BEATS)
    times = midnight - phase + BEAT_SEC * np.arange(1, BEATS + 1) + luck
    rounded: list[float] = np.round(times, 3).tolist()
    return rounded


def _shares(
    doing: NDArray[np.int8], seen: NDArray[np.bool_], chance: np.random.Generator
) -> list[list[float]]:
    """In which part of the pictures of each heartbeat somebody is found, and something moves."""
    doing, seen = np.repeat(doing, A_MINUTE), np.repeat(seen, A_MINUTE)
    luck = chance.uniform(0.0, 1.0, (2, BEATS))
    poses, motions = np.zeros(BEATS), 0.01 * luck[1]
    for what in Doing:
        known = Doing.LYING if what is Doing.ON_FLOOR else what
        here = seen & (doing == what)
        poses[here] = _between(POSES[known], luck[0][here])
        motions[here] = _between(MOTIONS[known], luck[1][here])
    shares: list[list[float]] = np.round(np.stack([poses, motions], axis=1), 3).tolist()
    return shares


def _between(ends: tuple[float, float], share: Numbers) -> Numbers:
    low, high = ends
    return low + (high - low) * share


def _walked(minutes: Minutes, minute: int) -> tuple[Walk, Walk]:
    """What each of the heartbeats of a minute says; who gets up does so in the first."""
    sec = round(float(minutes.walked_sec[minute]) / A_MINUTE, 2)
    lengths = round(float(minutes.walked_lengths[minute]) / A_MINUTE, 2)
    return (sec, lengths, int(minutes.rises[minute])), (sec, lengths, 0)


def _beat(
    camera: Camera, name: str, at: float, shares: list[float], walk: Walk, picture: Picture
) -> Heartbeat:
    pose_share, motion_share = shares
    walked_sec, walked_lengths, rises = walk
    return Heartbeat(
        event_id=name,
        camera_id=camera.camera_id,
        ts=at,
        state="watching",
        fps=FPS,
        pose_share=pose_share,
        motion_share=motion_share,
        walked_sec=walked_sec,
        walked_lengths=walked_lengths,
        rises=rises,
        inference="remote",
        picture=picture,
    )


def _scores(camera: Camera, name: str, at: float, doing: Doing) -> Probs:
    return Probs(
        event_id=f"{name}-p",
        camera_id=camera.camera_id,
        ts=at,
        person=1,
        state=f"lying+{ON_FLOOR}" if doing is Doing.ON_FLOOR else "lying",
        top_event="lying",
        top_prob=0.93,
    )
