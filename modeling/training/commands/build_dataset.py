"""`build-dataset`: labelled videos to pose tracks and a labels file."""

from pathlib import Path
from typing import Annotated

import typer

from common.cli import Fps, create_cli, needs, plain_errors
from common.native_output import silence_native_stderr
from modeling.perception.poses.pose import PoseTrackError
from modeling.training.datasets.adapters.cvat import read_cvat
from modeling.training.datasets.adapters.cvat_task import CvatError, Filmed
from modeling.training.datasets.adapters.registry import READERS, read_from
from modeling.training.datasets.kept_poses import DEFAULT_DATASET
from modeling.training.datasets.source import SourceError

with needs("the group `agent`, which reads video"):
    from modeling.perception.frames.video import VideoError, examine
    from modeling.training.datasets.extraction import BuildError, build_dataset

app = create_cli()


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
