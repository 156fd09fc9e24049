"""Poses and falls in the dark, and what helps: `uv run python -m benchmarks.night`.

URFD's clips of the horizontal camera. Twelve of them were filmed in a room that is nearly black,
and are watched as they are; the falls are made dark by a model of a sensor (generated data), in
three steps. Pictures without people, of Le2i's coffee room, tell whether a way finds who is not
there. Ten instants a second are counted; the intervals take a clip for one observation.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from benchmarks.night_watch import Stretch, falls_in, instants, is_where, watched
from benchmarks.night_ways import LIGHTS, NOTHING, See, ways
from common.native_output import silence_native_stderr
from common.progress import progress_bar
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector
from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.adapters.urfd import FPS, read_urfd
from modeling.training.datasets.extraction import frame_times
from modeling.training.datasets.labels import Recording
from modeling.training.evaluate.by_event import told_within
from modeling.training.evaluate.intervals import Rate

DARK_CLIPS = [f"adl-{number:02}-cam0" for number in range(12, 24)]
"""Mean grey levels of 26 to 29; the next darkest clip has 92."""
AS_IT_IS = 1.0
LEAST_EMPTY = 10
"""Frames: shorter stretches without people are passed over."""

Watch: TypeAlias = Callable[[Stretch, float, str], PoseTrack]
Instants: TypeAlias = list[tuple[str, bool]]
"""The clip of each instant, and whether what was asked for is so."""


def main(
    data: Annotated[Path, typer.Option(help="Folder with urfd and le2i.")] = Path("../shared/data"),
    kept: Annotated[Path, typer.Option(help="Where the poses are kept.")] = Path("data/night"),
    falls: Annotated[int, typer.Option(help="Of the 30 falls, how many.")] = 30,
    only: Annotated[list[str] | None, typer.Option(help="A way, may be repeated.")] = None,
    light: Annotated[list[float] | None, typer.Option(help="A share, may be repeated.")] = None,
) -> None:
    """Print a table of the dark clips, of the falls in the dark, and of the empty pictures."""
    known = ways(data / "urfd/videos")
    names, watch = only or list(known), _watcher(known, kept)
    recordings = {one.name: one for one in read_urfd(data / "urfd") if one.view == "cam0"}
    lights = light or LIGHTS
    for share in lights:
        tell_falls(some_falls(recordings, falls), share, names, watch)
    tell_dark_clips([recordings[name] for name in DARK_CLIPS], names, watch)
    tell_empty(empty_stretches(data / "le2i"), lights, names, watch)


def _watcher(known: dict[str, Callable[[], See]], kept: Path) -> Watch:
    def watch(stretch: Stretch, light: float, way: str) -> PoseTrack:
        return watched(stretch, light, way, known[way](), kept)

    return watch


def some_falls(recordings: dict[str, Recording], count: int) -> list[Recording]:
    """Spread over both offices: every third, then those after them."""
    named = [one for name, one in sorted(recordings.items()) if name.startswith("fall")]
    return (named[::3] + named[1::3] + named[2::3])[:count]


def tell_dark_clips(clips: list[Recording], names: list[str], watch: Watch) -> None:
    """Of the instants at which somebody is there, as the dataset says, those with a pose."""
    detector = Detector.load(DEFAULT_CHECKPOINT)
    typer.echo(f"\n{len(clips)} dark clips as they are\n")
    typer.echo("| way | instants with a pose | clips worse | clips with a false fall |")
    typer.echo("|---|---|---|---|")
    without: dict[str, float] = {}
    for name in names:
        tracks = {one.name: watch(_whole(one), AS_IT_IS, name) for one in _shown(clips, name)}
        found = [pair for one in clips for pair in _present(one, tracks[one.name])]
        alarms = [(clip, bool(falls_in(track, detector))) for clip, track in tracks.items()]
        without = without or _shares(found)
        rates = Rate.over_groups(found), _worse(found, without), Rate.over_groups(alarms)
        typer.echo(f"| {name} | {' | '.join(map(str, rates))} |")


def _present(clip: Recording, track: PoseTrack) -> Instants:
    labelled = clip.postures or {}
    return [
        (clip.name, bool(bodies))
        for time, bodies in instants(track, (max(labelled) + 1) / FPS)
        if round(time * FPS) in labelled
    ]


def tell_falls(clips: list[Recording], light: float, names: list[str], watch: Watch) -> None:
    """Of the instants with a pose in the light, those with one in the same place in the dark."""
    detector = Detector.load(DEFAULT_CHECKPOINT)
    typer.echo(f"\n{len(clips)} falls at {light:.3g} of the light\n")
    typer.echo("| way | instants with that pose | clips worse | falls found |\n|---|---|---|---|")
    without: dict[str, float] = {}
    for name in names:
        found: Instants = []
        told: Instants = []
        for one in _shown(clips, name):
            track = watch(_whole(one), light, name)
            found += _as_in_light(one.name, watch(_whole(one), AS_IT_IS, NOTHING), track)
            told.append((one.name, _is_told(one, track, detector)))
        without = without or _shares(found)
        rates = Rate.over_groups(found), _worse(found, without), Rate.over_groups(told)
        typer.echo(f"| {name} | {' | '.join(map(str, rates))} |")


def _as_in_light(clip: str, bright: PoseTrack, dark: PoseTrack) -> Instants:
    seconds = bright.times[-1]
    pairs = zip(instants(bright, seconds), instants(dark, seconds), strict=False)
    return [
        (clip, is_where(body, there, bright.aspect))
        for (_, bodies), (_, there) in pairs
        for body in bodies[:1]
    ]


def _is_told(clip: Recording, track: PoseTrack, detector: Detector) -> bool:
    """Whether an incident starts while the labelled fall lasts, or close to it."""
    labels = clip.labels(frame_times(track))
    spans = [told_within(labels, span) for span in labels.falls]
    starts = [one.start for one in falls_in(track, detector)]
    return any(first <= start <= last for first, last in spans for start in starts)


def tell_empty(
    stretches: list[Stretch], lights: Sequence[float], names: list[str], watch: Watch
) -> None:
    """Of the instants at which nobody is there, those with a pose."""
    typer.echo(f"\n{len(stretches)} stretches without people\n")
    typer.echo("| way | light | instants with a pose |\n|---|---|---|")
    for name in names:
        for light in lights:
            found = []
            with progress_bar(f"empty rooms, {name}", len(stretches)) as step:
                for one in stretches:
                    track = watch(one, light, name)
                    seen = instants(track, float(track.times[-1]))
                    found += [(one.name, bool(bodies)) for _, bodies in seen]
                    step()
            typer.echo(f"| {name} | {light:.3g} | {Rate.over_groups(found)} |")


def empty_stretches(folder: Path) -> list[Stretch]:
    """The beginnings of Le2i's clips before somebody comes, and others between."""
    with (folder / "segments.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["activity"] == "none"]
    long = [row for row in rows if int(row["last_frame"]) - int(row["first_frame"]) >= LEAST_EMPTY]
    return [
        Stretch(
            f"le2i-{Path(row['file']).stem}-{row['first_frame']}",
            folder / "videos" / row["file"],
            int(row["first_frame"]) - 1,
            int(row["last_frame"]) - 1,
        )
        for row in long
    ]


def _whole(clip: Recording) -> Stretch:
    return Stretch(clip.name, clip.file)


def _shown(clips: list[Recording], way: str) -> Iterator[Recording]:
    with progress_bar(way, len(clips)) as step:
        for one in clips:
            yield one
            step()


def _shares(found: Instants) -> dict[str, float]:
    """Of each clip's instants, those at which it is so."""
    of_clip: dict[str, list[bool]] = {}
    for clip, holds in found:
        of_clip.setdefault(clip, []).append(holds)
    return {clip: sum(held) / len(held) for clip, held in of_clip.items()}


def _worse(found: Instants, without: dict[str, float]) -> str:
    worse = sorted(clip for clip, share in _shares(found).items() if share < without[clip])
    return f"{len(worse)} of {len(without)}"


if __name__ == "__main__":
    silence_native_stderr()
    typer.run(main)
