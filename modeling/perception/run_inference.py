"""`run-lstm-inference`: a recorded pose track or a video to scores and incidents; no torch."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from common.cli import Fps, create_cli, plain_errors
from common.native_output import silence_native_stderr
from contract.analysis import Analysis
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT, CheckpointError
from modeling.perception.detector.detector import Detector
from modeling.perception.incidents.replay import Incident, analyze_moments, find_incidents
from modeling.perception.poses.pose import PoseTrack, PoseTrackError
from modeling.perception.windows.windows import Moment, track_moments

app = create_cli()


class OutputFormat(StrEnum):
    """A table for people, or JSON lines for programs."""

    TABLE = "table"
    JSONL = "jsonl"


class ScoreLine(BaseModel):
    """The scores of a person's window that ends at `time` seconds; both None where nobody is."""

    time: float
    frame_idx: int
    person: int | None
    scores: dict[str, float] | None


class IncidentLine(BaseModel):
    """An incident of a person, from `start` to `end` in seconds; `peak` is its highest score."""

    incident: str
    person: int
    start: float
    end: float
    peak: float
    state: str | None


Line = ScoreLine | IncidentLine


@app.command()
def infer(
    source: Annotated[Path, typer.Argument(help="Pose track (.npz) or video file.")],
    checkpoint: Annotated[Path, typer.Option(help="Checkpoint folder.")] = DEFAULT_CHECKPOINT,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TABLE,
    fps: Fps = None,
) -> None:
    """Print what the detector says of each window, then the incidents."""
    with plain_errors(CheckpointError, PoseTrackError):
        detector = Detector.load(checkpoint)
        moments = track_moments(read_track(source, fps))
        analyses = analyze_moments(detector, moments)
    incidents = find_incidents(moments, analyses)
    render = _json_line if output is OutputFormat.JSONL else _table_line
    lines: list[Line] = [*score_lines(moments, analyses), *incident_lines(incidents)]
    for line in lines:
        typer.echo(render(line))


def read_track(source: Path, fps: float | None = None) -> PoseTrack:
    """Load a pose track, or extract it from a video; a failure ends the command.

    `fps` replaces the video's times.
    """
    if source.suffix.lower() == ".npz":
        return PoseTrack.load(source)
    silence_native_stderr()
    with plain_errors(ImportError):
        # A server has no PyAV, and reads only pose tracks.
        from modeling.perception.frames.video import VideoError
        from modeling.perception.poses.extract_poses import extract_track
    with plain_errors(VideoError, ImportError):
        return extract_track(source, fps)


def score_lines(
    moments: Iterable[Moment], analyses: Iterable[Sequence[Analysis]]
) -> Iterator[ScoreLine]:
    """One line per window, and one for each moment without any."""
    for moment, answers in zip(moments, analyses, strict=True):
        if not answers:
            yield ScoreLine(time=moment.time, frame_idx=moment.frame_idx, person=None, scores=None)
        for window, answer in zip(moment.windows, answers, strict=True):
            yield ScoreLine(
                time=moment.time,
                frame_idx=moment.frame_idx,
                person=window.person,
                scores=dict(zip(answer.events, answer.scores, strict=True)),
            )


def incident_lines(incidents: Iterable[Incident]) -> Iterator[IncidentLine]:
    """One line per incident."""
    for one in incidents:
        yield IncidentLine(
            incident=one.label,
            person=one.person,
            start=one.start,
            end=one.end,
            peak=one.peak,
            state=one.state,
        )


def _json_line(line: Line) -> str:
    return line.model_dump_json()


def _table_line(line: Line) -> str:
    if isinstance(line, IncidentLine):
        state = f", {line.state}" if line.state else ""
        return (
            f"{line.incident} of person {line.person} from {line.start:.1f} s to {line.end:.1f} s, "
            f"peak {line.peak:.2f}{state}"
        )
    if line.scores is None:
        return f"{line.time:8.1f} s  nobody"
    cells = "  ".join(f"{name} {score:.2f}" for name, score in line.scores.items())
    return f"{line.time:8.1f} s  person {line.person}  {cells}"


def main() -> None:
    """Entry point of `run-lstm-inference`."""
    app()


if __name__ == "__main__":
    main()
