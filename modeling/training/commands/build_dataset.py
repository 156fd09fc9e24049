"""`build-dataset`: labelled videos to pose tracks and a labels file."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from common.cli import Fps, create_cli, needs, plain_errors
from common.native_output import silence_native_stderr
from common.progress import progress_bar
from modeling.perception.poses.pose import PoseTrack, PoseTrackError
from modeling.training.datasets.adapters.cvat import read_cvat
from modeling.training.datasets.adapters.cvat_task import CvatError, Filmed
from modeling.training.datasets.adapters.registry import READERS, read_from
from modeling.training.datasets.clips import save_labels
from modeling.training.datasets.kept_poses import (
    DEFAULT_DATASET,
    digest_source,
    keep,
    load_kept,
    track_path,
)
from modeling.training.datasets.labels import ClipLabels, Recording
from modeling.training.datasets.source import SourceError

with needs("the group `agent`, which reads video"):
    from modeling.perception.frames.video import VideoError, examine
    from modeling.perception.poses.extract_poses import extract_track

app = create_cli()


class BuildError(Exception):
    """What was asked for cannot be built; the message is one plain line."""


@app.command()
def build(
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="NAME[=FOLDER]",
            help=f"A source, of {', '.join(READERS)}; repeatable.",
        ),
    ] = None,
    cvat: Annotated[
        list[Path] | None, typer.Option(help="CVAT for video 1.1 (XML); may be repeated.")
    ] = None,
    video: Annotated[
        list[Path] | None, typer.Option(help="The video of each --cvat, in the same order.")
    ] = None,
    frame_offset: Annotated[
        int | None,
        typer.Option(
            help="Added to every frame number of the CVAT files: the videos are parts of those "
            "that were labelled."
        ),
    ] = None,
    renamed: Annotated[
        bool, typer.Option("--renamed", help="The videos had other names in CVAT.")
    ] = False,
    fps: Fps = None,
    out: Annotated[Path, typer.Option(help="Dataset folder to write.")] = DEFAULT_DATASET,
) -> None:
    """Extract the poses of labelled videos; run it again to go on where it stopped.

    Without any source it takes all of these from ../shared/data. Where a source may not be passed
    on, that holds for the poses made of it too.
    """
    chosen = source or ([] if cvat else READERS)
    with plain_errors(
        BuildError, CvatError, SourceError, VideoError, PoseTrackError, ImportError, OSError
    ):
        recordings = [recording for given in chosen for recording in read_from(given)]
        recordings += [
            read_cvat(xml, _filmed(file, fps, frame_offset, renamed), frame_offset or 0)
            for xml, file in _paired(cvat or [], video or [])
        ]
        silence_native_stderr()
        build_dataset(recordings, out, fps)
        typer.echo(f"{len(recordings)} clips are in {out}")


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


def _paired(cvat: list[Path], videos: list[Path]) -> list[tuple[Path, Path]]:
    if len(cvat) != len(videos):
        raise BuildError(
            f"every --cvat needs its --video: got {len(cvat)} --cvat and {len(videos)} --video"
        )
    return list(zip(cvat, videos, strict=True))


def _filmed(video: Path, fps: float | None, frame_offset: int | None, renamed: bool) -> Filmed:
    info = examine(video)
    if fps is None and not info.has_times:
        raise BuildError(f"{video} has no times: expected --fps, its pictures a second")
    return Filmed(video, info.frame_count, is_renamed=renamed, is_part=frame_offset is not None)


if __name__ == "__main__":
    app()
