"""Falls in figures that films and real clips have alike: how far, how fast, how they end."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modeling.perception.windows.features import JOINT_INDICES
from modeling.training.datasets.clips import LabelledClip
from modeling.training.report.plots import svg
from modeling.training.synthetic.cameras.film import HIPS, SHOULDERS

Array = NDArray[np.float64]

REST = 1.0  # seconds from the body's rest to the labelled end of its fall
LEAST_POSES = 4
NAMES = {
    "seconds": "loss of balance to rest, s",
    "speed": "fastest way down, body lengths/s",
    "way": "way down, body lengths",
    "upright": "trunk upright at rest (1 stands, 0 lies)",
    "lost": "frames without a pose in the second after rest, share",
}
OUTERMOST = 1.0  # percent of the falls at either end that are not drawn


@dataclass(frozen=True)
class FallFigures:
    """One fall; lengths are in body lengths of the person while upright, speeds a second."""

    seconds: float
    speed: float
    way: float
    upright: float
    lost: float


def fall_figures(clip: LabelledClip) -> FallFigures | None:
    """The figures of a clip's first fall, unless its poses are too few to tell."""
    if not clip.labels.falls:
        return None
    fall, track, person = clip.labels.falls[0], clip.track, clip.labels.person
    if person is not None:
        track = track.with_bodies(track.persons == person)
    times = track.times[track.rows]
    rest = max(fall.end - REST, fall.start + 0.1)
    unit = np.array([track.aspect, 1.0])
    joints = track.landmarks[:, JOINT_INDICES, :2].astype(np.float64) * unit
    during = (times >= fall.start - 0.3) & (times <= rest + 0.3)
    before, after = times < fall.start, (times > rest) & (times <= fall.end)
    if min(during.sum(), before.sum(), after.sum()) < LEAST_POSES:
        return None
    body = float(np.percentile(np.ptp(joints[before][..., 1], axis=1), 80))
    hips = joints[:, HIPS, 1].mean(axis=1)
    speeds = np.gradient(_smooth(hips[during]), times[during])
    trunk = (joints[:, HIPS] - joints[:, SHOULDERS]).mean(axis=1)[after]
    frames = (track.times > rest) & (track.times <= fall.end)
    return FallFigures(
        seconds=rest - fall.start,
        speed=float(speeds.max()) / body,
        way=float(np.median(hips[after]) - np.median(hips[before])) / body,
        upright=float(np.median(np.abs(trunk[:, 1]) / np.hypot(*trunk.T).clip(1e-6))),
        lost=1.0 - float(len(np.unique(times[after])) / max(frames.sum(), 1)),
    )


def figures_of(clips: Sequence[LabelledClip]) -> Array:
    """The figures (N, 5) of those clips that have a fall which can be measured."""
    found = [astuple(figures) for clip in clips if (figures := fall_figures(clip))]
    return np.array(found, dtype=np.float64).reshape(-1, len(NAMES))


def plot_falls(sources: Mapping[str, Sequence[LabelledClip]], folder: Path) -> list[str]:
    """Draw the share of falls up to a value, of each source; return the names of the files."""
    table = {source: figures_of(clips) for source, clips in sources.items()}
    for column, (figure, name) in enumerate(NAMES.items()):
        spread = {source: np.sort(rows[:, column]) for source, rows in table.items()}
        _plot_spread(spread, name, folder / f"{figure}.svg")
    return [f"{figure}.svg" for figure in NAMES]


def _plot_spread(spread: Mapping[str, Array], name: str, path: Path) -> None:
    with svg(path) as figure:
        axes = figure.subplots()
        for source, values in spread.items():
            share = np.arange(1, len(values) + 1) / max(len(values), 1)
            axes.plot(values, share, label=f"{source}, {len(values)} falls")
        together = np.concatenate([*spread.values()])
        if len(together):
            axes.set_xlim(*np.percentile(together, (OUTERMOST, 100.0 - OUTERMOST)))
        axes.set(xlabel=name, ylabel="share of falls")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False, ncols=2)


def _smooth(values: Array) -> Array:
    if len(values) < 3:
        return values
    middle = np.convolve(values, np.ones(3) / 3, mode="valid")
    return np.concatenate([values[:1], middle, values[-1:]])
