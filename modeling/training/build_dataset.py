"""`build-dataset`: labelled videos to pose tracks and a labels file."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from modeling.cli import create_cli, plain_errors
from modeling.native_output import silence_native_stderr
from modeling.pose import PoseTrack, PoseTrackError
from modeling.training.dataset import DEFAULT_DATASET, save_labels, track_path
from modeling.training.labels import ClipLabels, Recording
from modeling.training.progress import progress_bar
from modeling.training.sources.cvat import CvatError, read_cvat
from modeling.training.sources.upfall import UpFallError, read_skeletons, read_upfall
from modeling.training.sources.urfd import UrfdError, read_urfd

try:
    from modeling.extraction import extract_track
    from modeling.video import VideoError
except ImportError as error:
    sys.exit(f"build-dataset cannot start: {error}; reading video needs the group `agent`")

DEFAULT_URFD = Path("../shared/data/urfd")
DEFAULT_UPFALL = Path("../shared/data/upfall")

app = create_cli()


class BuildError(Exception):
    """What was asked for cannot be built; the message is one plain line."""


@app.command()
def build(
    urfd: Annotated[
        Path | None, typer.Option(help="Folder of the UR Fall Detection Dataset.")
    ] = None,
    upfall: Annotated[Path | None, typer.Option(help="Folder of UP-Fall as skeletons.")] = None,
    cvat: Annotated[
        list[Path] | None, typer.Option(help="CVAT for video 1.1 (XML); may be repeated.")
    ] = None,
    video: Annotated[
        list[Path] | None, typer.Option(help="The video of each --cvat, in the same order.")
    ] = None,
    frame_offset: Annotated[
        int, typer.Option(help="Added to every frame number of the CVAT files.")
    ] = 0,
    out: Annotated[Path, typer.Option(help="Dataset folder to write.")] = DEFAULT_DATASET,
) -> None:
    """Extract the poses of labelled videos; run it again to go on where it stopped.

    Without any source it takes both public ones from ../shared/data.
    """
    if not (urfd or upfall or cvat):
        urfd, upfall = DEFAULT_URFD, DEFAULT_UPFALL
    with plain_errors(
        BuildError, CvatError, UpFallError, UrfdError, VideoError, PoseTrackError, ImportError,
        OSError,
    ):  # fmt: skip
        recordings = [*(read_urfd(urfd) if urfd else []), *(read_upfall(upfall) if upfall else [])]
        recordings += _household(cvat or [], video or [], frame_offset)
        silence_native_stderr()
        build_dataset(recordings, out)
        typer.echo(f"{len(recordings)} clips are in {out}")


def build_dataset(recordings: Sequence[Recording], folder: Path) -> None:
    """Extract what is not extracted yet and write the labels file of all the recordings."""
    check_recordings(recordings)
    labels: list[ClipLabels] = []
    with progress_bar("extracting poses", len(recordings)) as step:
        for recording in recordings:
            track = cached_track(recording, folder)
            labels.append(recording.labels(track.times))
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


def cached_track(recording: Recording, folder: Path) -> PoseTrack:
    """The clip's poses: read if an earlier run extracted them, else extracted and kept."""
    path = track_path(folder, recording.name)
    if path.is_file():
        return PoseTrack.load(path)
    skeletons = recording.file.suffix == ".csv"
    track = read_skeletons(recording.file) if skeletons else extract_track(recording.file)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.npz")
    track.save(unfinished)
    unfinished.replace(path)  # a run that is cut off leaves no half track behind
    return track


def _household(cvat: list[Path], videos: list[Path], frame_offset: int) -> list[Recording]:
    if len(cvat) != len(videos):
        raise BuildError(
            f"every --cvat needs its --video: got {len(cvat)} --cvat and {len(videos)} --video"
        )
    return [read_cvat(xml, video, frame_offset) for xml, video in zip(cvat, videos, strict=True)]


def main() -> None:
    """Entry point of `build-dataset`."""
    app()


if __name__ == "__main__":
    main()
