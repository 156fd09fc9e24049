"""Labelled videos to a dataset: the poses that are in them, and the labels in seconds."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from common.progress import progress_bar
from modeling.perception.poses.extract_poses import extract_track
from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.clips import save_labels
from modeling.training.datasets.kept_poses import digest_source, keep, load_kept, track_path
from modeling.training.datasets.labels import ClipLabels, Recording


class BuildError(Exception):
    """What was asked for cannot be built; the message is one plain line."""


def build_dataset(recordings: Sequence[Recording], folder: Path, fps: float | None = None) -> None:
    """Extract what is not extracted yet and write the labels file of all the recordings.

    `fps` replaces the times of the videos that CVAT's labels belong to.
    """
    check_recordings(recordings)
    labels: list[ClipLabels] = []
    with progress_bar("extracting poses", len(recordings)) as step:
        for recording in recordings:
            track = cached_track(recording, folder, fps if recording.takes_fps else None)
            labels.append(recording.labels(frame_times(track)))
            step()
    save_labels(folder, labels)


def check_recordings(recordings: Iterable[Recording]) -> None:
    """Raise BuildError before the long work if a video is missing, or two share a clip's name."""
    seen: set[str] = set()
    for recording in recordings:
        if not recording.file.is_file():
            raise BuildError(f"no such video file: {recording.file}")
        if recording.name in seen:
            raise BuildError(f"two clips are named {recording.name}; rename one of the videos")
        seen.add(recording.name)


def cached_track(recording: Recording, folder: Path, fps: float | None) -> PoseTrack:
    """The clip's poses: read if an earlier run extracted them of this file, else extracted."""
    path, digest = track_path(folder, recording.name), digest_source(recording.file, fps)
    if (kept := load_kept(path, digest)) is not None:
        return kept
    read = recording.read_poses or partial(extract_track, fps=fps)
    track = read(recording.file)
    keep(track, path, digest)
    return track


def frame_times(track: PoseTrack) -> NDArray[np.float64]:
    """The times (M,) of all frames up to the last one, of those that could not be read as well."""
    frames = np.arange(track.frame_indices[-1] + 1)
    return np.interp(frames, track.frame_indices, track.times).astype(np.float64)
