"""UR Fall Detection Dataset (Kwolek, Kepski, 2014): 30 falls by 2 cameras, 40 daily activities."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from modeling.training.datasets.adapters.falls import seen_falls
from modeling.training.datasets.labels import FrameSpan, Recording
from modeling.training.datasets.source import SourceError

FPS = 30
LYING_EDGE = round(0.2 * FPS)
OVERHEAD_VIEW = "cam1"

# The dataset does not say where its clips were filmed: the rooms were told apart by looking, a row
# being a kind of clip, its first and last number, and the room. The two offices look much alike.
ROOMS = (
    ("fall", 1, 12, "urfd-office-1"),
    ("fall", 13, 30, "urfd-office-2"),
    ("adl", 1, 11, "urfd-living-room-1"),
    ("adl", 12, 23, "urfd-living-room-2"),
    ("adl", 24, 29, "urfd-bare-room"),
    ("adl", 30, 30, "urfd-bedroom"),
    ("adl", 31, 35, "urfd-office-3"),
    ("adl", 36, 40, "urfd-bedroom"),
)

Postures = dict[int, str]


def read_urfd(folder: Path) -> list[Recording]:
    """The recordings listed in `folder`/clips.csv; raises SourceError."""
    with _tables(folder):
        with (folder / "posture_frames.csv").open(newline="") as file:
            postures = _postures(csv.DictReader(file))
        with (folder / "clips.csv").open(newline="") as file:
            return [_recording(folder, row, postures) for row in csv.DictReader(file)]


@contextmanager
def _tables(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(f"cannot read {error.filename}: {error.strerror}") from error
    except (KeyError, ValueError) as error:
        raise SourceError(f"{folder} holds unexpected tables: {error!r}") from error


def _postures(rows: Iterable[dict[str, str]]) -> dict[str, Postures]:
    """The official posture of the frames of the horizontal camera by group, where they have one."""
    postures: dict[str, Postures] = defaultdict(dict)
    for row in rows:
        postures[row["group"]][int(row["frame"])] = row["posture"]
    return postures


def _recording(folder: Path, row: dict[str, str], postures: dict[str, Postures]) -> Recording:
    name, is_overhead = Path(row["file"]).stem, row["view"] == OVERHEAD_VIEW
    # The official start of a fall is 30 frames before lying, whatever happened: it is not taken.
    fall = seen_falls()[name] if row["kind"] == "fall" else None
    spans = list(_lying_spans(postures[row["group"]], int(row["frames"])))
    if fall:
        spans += fall.spans(FPS)
    return Recording(
        name=name,
        group=row["group"],
        room=_room(row["group"]),
        view=row["view"],
        source="urfd",
        file=folder / "videos" / row["file"],
        spans=spans,
        overhead=is_overhead,
        ends=fall.ends if fall else None,
        postures=None if is_overhead else postures[row["group"]],
    )


def _room(group: str) -> str:
    kind, _, number = group.partition("-")
    for kind_here, first, last, room in ROOMS:
        if kind == kind_here and first <= int(number) <= last:
            return room
    raise ValueError(f"no room is known of {group}")


def _lying_spans(postures: Postures, frame_count: int) -> Iterator[FrameSpan]:
    """Lying as labelled; its edges, and the frames without a label, are uncertain."""
    for posture, run in groupby(range(frame_count), key=postures.get):
        frames = list(run)
        first, last = frames[0], frames[-1]
        if posture is None:
            yield FrameSpan("lying", first, last, certain=False)
        if posture == "lying":
            yield FrameSpan("lying", first, last)
            yield FrameSpan("lying", first - LYING_EDGE, first + LYING_EDGE, certain=False)
            if last < frame_count - 1:
                yield FrameSpan("lying", last - LYING_EDGE, last + LYING_EDGE, certain=False)
