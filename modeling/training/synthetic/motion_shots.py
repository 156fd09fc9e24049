"""What of the motion without pictures is filmed: to learn from, and to test with."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.adapters.bandai import read_bandai
from modeling.training.datasets.adapters.jhmdb import read_jhmdb
from modeling.training.datasets.adapters.motion import FlatClip, MotionClip
from modeling.training.datasets.adapters.penn import read_penn
from modeling.training.datasets.adapters.utkinect import read_utkinect
from modeling.training.datasets.labels import ClipLabels, Span
from modeling.training.synthetic.cameras.camera import Place, draw_camera
from modeling.training.synthetic.cameras.film import HIPS, draw_rate, film, film_flat
from modeling.training.synthetic.cameras.scene import Scene
from modeling.training.synthetic.cameras.strolls import stroll
from modeling.training.synthetic.shots import Shot

SHOT_SECONDS = 20.0
STRESS_HOUR = 3600.0  # seconds of one stream of the stress set
STRESS_RATE_HZ = 15.0
HELD_OUT = 4  # every so many-th motion is seen only in the stress set
FOLDS = 5
FLAT_RATES = (10.0, 15.0, 30.0)


def motion_shots(folder: Path, hours: float, stress_hours: int) -> Iterator[Shot]:
    """The shots to learn from, a tenth of them of UTKinect, and those of the stress set."""
    bandai, utkinect = list(read_bandai(folder)), list(read_utkinect(folder / "utkinect"))
    if hours:
        yield from map(_flat_shot, [*read_penn(folder), *read_jhmdb(folder)])
    learnt = [clip for index, clip in enumerate(bandai) if index % HELD_OUT]
    count = round(hours * 3600.0 / SHOT_SECONDS)
    for index in range(count):
        clips = utkinect if index % 10 == 0 else learnt
        yield _shot(clips, list(Place)[index % len(Place)], index, SHOT_SECONDS)
    for index in range(stress_hours):
        yield _stress_shot(bandai[::HELD_OUT], index)


def _shot(clips: Sequence[MotionClip], place: Place, index: int, seconds: float) -> Shot:
    source = clips[0].source
    name = f"{source}-{index:05d}-{place}"
    labels = ClipLabels(
        name=name,
        group=name,
        room=f"{source}-{place}-{index % FOLDS}",
        view=place.value,
        source=source,
        spans=(),
        overhead=place is Place.OVERHEAD,
    )
    return Shot(labels, partial(_filmed_stroll, clips, place, seconds))


def _flat_shot(clip: FlatClip) -> Shot:
    last = float(clip.times[-1])
    labels = ClipLabels(
        name=clip.name,
        group=clip.name,
        room=f"{clip.source}-{clip.action}",
        view="film",
        source=clip.source,
        spans=(Span(label="lying", start=0.0, end=last, certain=False),)
        if clip.is_on_floor
        else (),
    )
    return Shot(labels, lambda rng: film_flat(rng, clip, float(rng.choice(FLAT_RATES))))


def _stress_shot(clips: Sequence[MotionClip], index: int) -> Shot:
    name = f"stress-{index:02d}"
    labels = ClipLabels(
        name=name, group=name, room=name, view=Place.CORNER.value, source="stress", spans=()
    )
    return Shot(labels, partial(_filmed_stroll, clips, Place.CORNER, STRESS_HOUR))


def _filmed_stroll(
    clips: Sequence[MotionClip], place: Place, seconds: float, rng: np.random.Generator
) -> PoseTrack:
    scene = stroll(rng, clips, seconds)
    rate = STRESS_RATE_HZ if seconds == STRESS_HOUR else draw_rate(rng)
    return film(rng, scene, draw_camera(rng, place, _focus(rng, scene)), rate)


def _focus(rng: np.random.Generator, scene: Scene) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Where the person's hips are at some moment."""
    frame = rng.integers(len(scene.times))
    middle: np.ndarray[tuple[int], np.dtype[np.float64]] = scene.bodies[0, frame, HIPS].mean(axis=0)
    return middle
