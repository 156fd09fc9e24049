"""False alarms an hour, as a household counts them: `uv run python -m benchmarks.false_alarms`.

Hours of one room are stitched from a dataset's clips without a fall, people going in and out, and
each goes through `run-agent` as a process of its own that scores by itself. Given pose tracks or
videos with `--stream`, it counts those instead. The hours show the same clips again and again: the
intervals speak of more hours of this kind, not of other people.
"""

import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import track as progress

from agent.file_pace import FilePace
from benchmarks.stitching import rooms_of_daily_life, stitch
from contract.events import FALL, EventType
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.frames.video import examine
from modeling.perception.incidents.event_machine import Transition
from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.clips import DatasetError, load_dataset
from modeling.training.datasets.kept_poses import DEFAULT_DATASET
from modeling.training.evaluate.intervals import hourly
from modeling.training.evaluate.told import is_told
from testkit.household import Household, household

HOUR_SEC = 3600.0
UPLOAD_SEC = 2.0


@dataclass(frozen=True)
class Counted:
    """One stream: its hours, the STARTs of falls, and what was told, in seconds of the stream."""

    name: str
    hours: float
    starts: list[float]
    told: list[tuple[str, float]]

    def line(self) -> str:
        """In one line."""
        told = ", ".join(f"{label} at {at:.0f} s" for label, at in self.told) or "nothing"
        return f"{self.name}, {self.hours:.2f} h: {len(self.starts)} STARTs; told: {told}"


def main(
    dataset: Annotated[Path, typer.Option(help="Folder that build-dataset wrote.")] = (
        DEFAULT_DATASET
    ),
    hours: Annotated[int, typer.Option(min=1, help="Hours, the rooms taking turns.")] = 4,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    stream: Annotated[
        list[Path] | None, typer.Option(help="A track or a video without a fall; repeatable.")
    ] = None,
    checkpoint: Annotated[Path, typer.Option(help="Detector.")] = DEFAULT_CHECKPOINT,
) -> None:
    """Count what starts and what is told an hour."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as folder, household() as at:
        try:
            streams = stream or stitched(dataset, hours, seed, Path(folder))
        except DatasetError as error:
            sys.exit(str(error))
        settings = {"INFERENCE": "local", "MODEL_CHECKPOINT_PATH": str(checkpoint.resolve())}
        local = replace(at, environment=at.environment | settings)
        shown = progress(streams, description="streams", console=Console(stderr=True))
        report([count(local, path) for path in shown])


def stitched(dataset: Path, hours: int, seed: int, folder: Path) -> list[Path]:
    """Pose tracks of an hour each; raises DatasetError."""
    rooms = list(rooms_of_daily_life(load_dataset(dataset)).items())
    if not rooms:
        raise DatasetError(f"the dataset at {dataset} has no clip without a fall")
    paths = []
    for hour in range(hours):
        room, clips = rooms[hour % len(rooms)]
        paths.append(folder / f"hour-{hour + 1}-{room.replace(' ', '-')}.npz")
        stitch(room, clips, HOUR_SEC, np.random.default_rng([seed, hour])).track.save(paths[-1])
    return paths


def count(at: Household, source: Path) -> Counted:
    """Let a camera box watch `source` as fast as it can."""
    code = at.start_agent(source.stem, source.resolve(), FilePace.FAST).process.wait()
    if code != 0:
        sys.exit(f"run-agent ended with {code} on {source}")
    time.sleep(UPLOAD_SEC)
    events = [
        event
        for kind in ("START", "END")
        for event in at.events(limit=1000, event_type=kind, camera_id=source.stem)
        if event["camera_id"] == source.stem
    ]
    return counted(source.stem, _hours(source), events)


def counted(name: str, hours: float, events: Sequence[Mapping[str, Any]]) -> Counted:
    """What the events of one stream say."""
    moves = sorted((_move(event) for event in events), key=lambda move: move.time)
    return Counted(
        name,
        hours,
        [m.time for m in moves if (m.label, m.event_type) == (FALL, EventType.START)],
        [(move.label, move.time) for move in moves if is_told(move)],
    )


def report(streams: Sequence[Counted]) -> None:
    """Each stream, and the rates over all with their 95 % intervals."""
    for one in streams:
        typer.echo(one.line())
    hours = sum(one.hours for one in streams)
    counts = {
        "STARTs of a fall": sum(len(one.starts) for one in streams),
        "told": sum(len(one.told) for one in streams),
    }
    for what, number in counts.items():
        typer.echo(f"{what}: {number} in {hours:.2f} h, {hourly(number, hours):.2f} an hour")


def _move(event: Mapping[str, Any]) -> Transition:
    return Transition(
        EventType(event["event_type"]),
        event["event"],
        event["video_ts"],
        event.get("prob") or 0.0,
        event.get("duration_sec"),
        event.get("person") or 1,
        event.get("state"),
    )


def _hours(source: Path) -> float:
    if source.suffix == ".npz":
        times = PoseTrack.load(source).times
        return float(times[-1] - times[0]) / HOUR_SEC
    info = examine(source)
    return info.frame_count / info.fps / HOUR_SEC


if __name__ == "__main__":
    typer.run(main)
