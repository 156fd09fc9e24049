"""One falls while another crosses: `uv run python -m benchmarks.two_people`.

Videos are composed of two clips of one fixed camera: whoever moves in the second is cut out against
that clip's median picture and set before or behind the first. Each goes through estimator, tracker
and live watch. A fall is found if one is told of around the labelled one, and of the right person
if that one's body is then where the first clip alone has it.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import track as progress

from common.native_output import silence_native_stderr
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector
from modeling.perception.incidents.watch import Watch
from modeling.perception.poses.extract_poses import extract_track
from modeling.perception.poses.pose import PoseTrack
from modeling.perception.windows.windows import stacked_features, track_moments
from modeling.training.datasets.adapters.falls import seen_falls
from modeling.training.datasets.adapters.le2i import FPS, read_le2i
from modeling.training.datasets.labels import Recording
from modeling.training.datasets.source import SourceError
from modeling.training.evaluate.by_event import EARLY_SEC, LATE_SEC
from modeling.training.evaluate.intervals import Rate
from modeling.training.evaluate.told import Told, is_told, told_by, watch_clip
from testkit.films import Image, film, images_of

MOVED = 28
"""Grey levels by which a picture differs from the median where somebody is."""
NEAR = 0.15
"""Shares of the picture between two middles of one body."""
BEFORE_SEC, AFTER_SEC = 5.0, 4.0


@dataclass(frozen=True)
class Pair:
    """Somebody falls in `fall` while whoever is in `other` goes about; both of one room."""

    fall: Recording
    other: Recording


def main(
    le2i: Annotated[Path, typer.Option(help="Le2i's clips.")] = Path("../shared/data/le2i"),
    count: Annotated[int, typer.Option(min=1)] = 20,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    checkpoint: Annotated[Path, typer.Option(help="Detector.")] = DEFAULT_CHECKPOINT,
) -> None:
    """Count the falls that are found, and of the right person."""
    try:
        pairs = list(islice(pairs_of(read_le2i(le2i), np.random.default_rng(seed)), count))
    except SourceError as error:
        sys.exit(str(error))
    silence_native_stderr()
    detector, found, right = Detector.load(checkpoint), [], []
    for pair in progress(pairs, description="pairs"):
        told, is_right = judge(pair, detector)
        found.append(bool(told))
        right.append(is_right)
        said = "right" if is_right else "another" if told else "missed"
        typer.echo(f"{pair.fall.name} with {pair.other.name}: {said}")
    typer.echo(f"found: {Rate.of(sum(found), len(found))}")
    typer.echo(f"found, the right person: {Rate.of(sum(right), len(right))}")


def pairs_of(clips: Sequence[Recording], rng: np.random.Generator) -> Iterator[Pair]:
    """Falls in any order, each with a clip without one of the same camera."""
    falls = [clip for clip in clips if clip.name in seen_falls()]
    for at in rng.permutation(len(falls)):
        fall = falls[int(at)]
        daily = [clip for clip in clips if clip.view == fall.view and clip.name not in seen_falls()]
        yield Pair(fall, daily[int(rng.integers(len(daily)))])


def judge(pair: Pair, detector: Detector) -> tuple[list[Told], bool]:
    """What is told of the fall, and whether it is told of the right person."""
    fall = seen_falls()[pair.fall.name]
    first = max(0, fall.balance_lost - round(BEFORE_SEC * FPS))
    frames = slice(first, fall.on_floor + round(AFTER_SEC * FPS))
    alone_images = list(images_of(pair.fall.file))[frames]
    start, floor = (fall.balance_lost - first) / FPS, (fall.on_floor - first) / FPS
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as folder:
        alone, both = Path(folder) / "alone.mp4", Path(folder) / "both.mp4"
        film(alone_images, alone, FPS)
        film(composed(alone_images, moving(list(images_of(pair.other.file)))), both, FPS)
        seen_alone, seen = extract_track(alone), extract_track(both)
    told = [
        one
        for one in told_in(seen, detector)
        if start - EARLY_SEC <= one.since <= floor + 1.0 + LATE_SEC
    ]
    return told, any(_is_who_fell(one, seen, seen_alone) for one in told)


def told_in(track: PoseTrack, detector: Detector) -> list[Told]:
    """What is told of everybody in a track."""
    moments = track_moments(track)
    windows = [window for moment in moments for window in moment.windows]
    if not windows:
        return []
    scores = detector.scores(stacked_features(windows))
    moves = watch_clip(moments, scores, detector.manifest.labels, Watch())
    return [told_by(move) for move in moves if is_told(move)]


def _is_who_fell(told: Told, seen: PoseTrack, alone: PoseTrack) -> bool:
    """Whether it is told of a body that lies where the one does who is seen most when alone."""
    if not len(alone.persons):
        return False
    where = middle(alone, told.time, int(np.bincount(alone.persons).argmax()))
    return bool(np.linalg.norm(middle(seen, told.time, told.person) - where) < NEAR)


def middle(track: PoseTrack, time: float, person: int) -> NDArray[np.float32]:
    """The middle (2,) of a person's body at the frame next to `time` with it."""
    bodies = np.flatnonzero(track.persons == person)
    nearest = bodies[np.argmin(np.abs(track.times[track.rows[bodies]] - time))]
    at: NDArray[np.float32] = np.median(track.landmarks[nearest, :, :2], axis=0)
    return at


def moving(images: Sequence[Image]) -> list[tuple[Image, NDArray[np.bool_]]]:
    """Each picture in which much moves, with (H, W): where it differs from their median."""
    usual = np.median(np.stack(images[:: max(1, len(images) // 40)]), axis=0)
    masks = [_closed(np.abs(image - usual).max(axis=2) > MOVED) for image in images]
    shown = zip(images, masks, strict=True)
    return [(image, mask) for image, mask in shown if mask.mean() > 0.01] or [(images[0], masks[0])]


def composed(
    images: Sequence[Image], other: Sequence[tuple[Image, NDArray[np.bool_]]]
) -> Iterator[Image]:
    """The pictures with whoever moves in the other clip in front, over and over."""
    for at, image in enumerate(images):
        person, mask = other[at % len(other)]
        yield np.where(mask[..., None], person, image).astype(np.uint8)


def _closed(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    speckless = cv2.medianBlur(mask.astype(np.uint8), 5)
    whole: NDArray[np.bool_] = cv2.dilate(speckless, np.ones((5, 5), np.uint8)) > 0
    return whole


if __name__ == "__main__":
    typer.run(main)
