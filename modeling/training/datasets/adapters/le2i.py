"""Le2i / ImViA fall detection dataset (Charfi and others, 2013): 93 falls, 53 clips without one.

Licence CC BY-NC-SA 3.0 as far as is known; the authors do not permit passing the videos on. So no
clip, picture or pose track of it may be part of the project: only its labels are facts of ours.
The same actors appear in several rooms, so a split by room still shares people.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from modeling.training.datasets.adapters.falls import seen_falls
from modeling.training.datasets.labels import FrameSpan, Recording
from modeling.training.datasets.source import SourceError

FPS = 25
COFFEE_ROOM = "coffee_room"
LYING_EDGE = round(0.2 * FPS)
SEEN_LYING_AFTER_FALL = round(1.8 * FPS)
"""In the office and the lecture room stills were looked at so long after a fall, not later."""

# The office is filmed from two sides; it may be one room, and counts as one.
ROOMS = {
    COFFEE_ROOM: "le2i-coffee-room",
    "lecture_room": "le2i-lecture-room",
    "office": "le2i-office",
    "office_lying": "le2i-office",
}

# Who lies on the mattress on purpose, first and last frame seen lying, by looking at a still every
# two seconds; from 026 on they kneel or squat on it.
LYING_ON_PURPOSE = {
    "le2i-office_lying-001": (519, 727),
    "le2i-office_lying-002": (0, 106),
    "le2i-office_lying-003": (490, 736),
    "le2i-office_lying-004": (383, 603),
    "le2i-office_lying-005": (464, 796),
    "le2i-office_lying-006": (320, 587),
    "le2i-office_lying-007": (373, 694),
    "le2i-office_lying-008": (355, 710),
    "le2i-office_lying-009": (294, 588),
    "le2i-office_lying-010": (363, 727),
}
STILLS_APART = 65

Segments = Mapping[str, Sequence[tuple[int, int]]]


def read_le2i(folder: Path) -> list[Recording]:
    """The recordings listed in `folder`/clips.csv; raises SourceError."""
    try:
        lying = _lying_segments(folder)
        with (folder / "clips.csv").open(newline="", encoding="utf-8") as file:
            return [_recording(folder, row, lying) for row in csv.DictReader(file)]
    except OSError as error:
        raise SourceError(f"cannot read {error.filename}: {error.strerror}") from error
    except (KeyError, ValueError) as error:
        raise SourceError(f"{folder} holds unexpected tables: {error!r}") from error


def _lying_segments(folder: Path) -> Segments:
    """The 0-based frames of `lying`, by the file."""
    segments = defaultdict[str, list[tuple[int, int]]](list)
    with (folder / "segments.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["activity"] == "lying":
                frames = int(row["first_frame"]) - 1, int(row["last_frame"]) - 1
                segments[row["file"]].append(frames)
    return segments


def _recording(folder: Path, row: Mapping[str, str], lying: Segments) -> Recording:
    file = Path(row["file"])
    place, frames = file.parent.name, int(row["frames"])
    name = f"le2i-{place}-{file.stem}"
    fall = seen_falls()[name] if row["class"] == "fall" else None
    spans = list(fall.spans(FPS)) if fall else []
    if place == COFFEE_ROOM:
        spans += _lying_spans(lying.get(row["file"], ()), LYING_EDGE, frames)
    elif fall:
        spans += _lying_after(fall.on_floor, frames)
    elif name in LYING_ON_PURPOSE:
        spans += _lying_spans([LYING_ON_PURPOSE[name]], STILLS_APART, frames)
    return Recording(
        name=name,
        group=name,
        room=ROOMS[place],
        view=place,
        source="le2i",
        file=folder / "videos" / file,
        spans=spans,
        ends=fall.ends if fall else None,
    )


def _lying_spans(
    segments: Sequence[tuple[int, int]], edge: int, frames: int
) -> Iterator[FrameSpan]:
    """Lying from frame to frame; up to `edge` frames around either end are uncertain."""
    for first, last in segments:
        yield FrameSpan("lying", first, last)
        if first > 0:
            yield FrameSpan("lying", first - edge, min(first + LYING_EDGE, last), certain=False)
        if last < frames - 1:
            yield FrameSpan("lying", max(first, last - LYING_EDGE), last + edge, certain=False)


def _lying_after(on_floor: int, frames: int) -> Iterator[FrameSpan]:
    """Lying as far as it was looked at; later nobody can say."""
    known = on_floor + SEEN_LYING_AFTER_FALL
    yield FrameSpan("lying", on_floor, known)
    yield FrameSpan("lying", on_floor - LYING_EDGE, on_floor + LYING_EDGE, certain=False)
    yield FrameSpan("lying", known, max(known, frames), certain=False)
