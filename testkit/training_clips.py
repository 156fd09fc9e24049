"""A small dataset of synthetic clips, on disk as build-dataset writes it."""

from dataclasses import replace
from pathlib import Path

import pytest

from modeling.training.datasets.clips import LabelledClip, save_labels
from modeling.training.datasets.kept_poses import track_path
from modeling.training.datasets.labels import ClipLabels, Span
from testkit.motions import Film, Motion, fall, filmed, sway


def write_generated(folder: Path, groups: int) -> None:
    """A data set of generated clips: as many falls as clips of daily living, 5 s each."""
    clips = []
    for number in range(2 * groups):
        falls = number % 2 == 0
        spans = (Span(label="fall", start=2.0, end=4.0), Span(label="lying", start=3.2, end=5.0))
        name = f"{'fall' if falls else 'adl'}-{number}"
        labels = ClipLabels(
            name=name,
            group=name,
            room="hall",
            view="cam0",
            source="cvat",
            spans=spans if falls else (),
        )
        path = track_path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        filmed(fall if falls else sway, seconds=5.0).save(path)
        clips.append(labels)
    save_labels(folder, clips)


@pytest.fixture
def clips(film: Film, falling: Motion, swaying: Motion) -> list[LabelledClip]:
    """Three falls by two cameras each, and three clips of daily living."""
    made = []
    for number in range(3):
        spans = (Span(label="fall", start=2.0, end=4.0), Span(label="lying", start=3.2, end=5.0))
        for view in ("cam0", "cam1"):
            labels = ClipLabels(
                name=f"fall-{number}-{view}",
                group=f"fall-{number}",
                room="office",
                view=view,
                source="urfd",
                spans=spans,
            )
            made.append(LabelledClip(labels, film(falling, seconds=5.0)))
        labels = ClipLabels(
            name=f"adl-{number}",
            group=f"adl-{number}",
            room="hall",
            view="cam0",
            source="urfd",
            spans=(),
        )
        made.append(LabelledClip(labels, film(swaying, seconds=5.0)))
    return made


@pytest.fixture
def both_sources(clips: list[LabelledClip]) -> list[LabelledClip]:
    """Those clips and, as if of UP-Fall, two falls by two cameras each."""
    others = [
        replace(
            clip,
            labels=clip.labels.model_copy(
                update={
                    "name": f"upfall-{clip.labels.name}",
                    "group": f"upfall-{clip.labels.group}",
                    "room": "upfall",
                    "source": "upfall",
                }
            ),
        )
        for clip in clips
        if clip.labels.group in ("fall-0", "fall-1")
    ]
    return [*clips, *others]


@pytest.fixture
def dataset(clips: list[LabelledClip], tmp_path: Path) -> Path:
    """The folder of those clips."""
    folder = tmp_path / "dataset"
    for clip in clips:
        path = track_path(folder, clip.labels.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        clip.track.save(path)
    save_labels(folder, [clip.labels for clip in clips])
    return folder
