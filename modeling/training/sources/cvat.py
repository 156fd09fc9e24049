"""CVAT for video 1.1: the format in which people label their own clips.

A label is marked by a track named after it (where its shapes are not `outside`), or by a pair
of marks, tracks or tags or shapes, named `<label>_start` and `<label>_end`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from modeling.training.labels import LABELS, FrameSpan, Recording

# A hand hits the right frame to about a sixth of a second; the truth around each end is open.
UNCERTAIN_FRAMES = 5
NAMES = tuple(f"{label}{end}" for label in LABELS for end in ("", "_start", "_end"))
VIEW = re.compile(r"^(?P<group>.+)-(?P<view>cam\w+)$")


class CvatError(Exception):
    """The file is no CVAT XML 1.1, or its marks make no spans; the message is one plain line."""


@dataclass(frozen=True)
class Mark:
    """`name` is seen from frame `first` to frame `last`, both included."""

    name: str
    first: int
    last: int


def read_cvat(xml: Path, video: Path, frame_offset: int = 0) -> Recording:
    """The labels of `video` in `xml`; raises CvatError.

    `frame_offset` is added to each frame number, for a video that is cut out of the one that was
    labelled. Files named GROUP-camN belong to one group and are never parted by a split.
    """
    spans = list(read_spans(xml, frame_offset))
    view = VIEW.match(video.stem)
    group = view["group"] if view else video.stem
    return Recording(
        name=video.stem,
        group=group,
        room=group,  # the format has no place for it
        view=view["view"] if view else "cam0",
        source="cvat",
        file=video,
        spans=[span for marked in spans for span in with_open_ends(marked)],
    )


def read_spans(xml: Path, frame_offset: int = 0) -> Iterator[FrameSpan]:
    """The spans that the file marks, tracks first, then pairs."""
    marks = [
        Mark(mark.name, mark.first + frame_offset, mark.last + frame_offset)
        for mark in _marks(_parse(xml))
    ]
    yield from (FrameSpan(m.name, m.first, m.last) for m in marks if m.name in LABELS)
    for label in LABELS:
        starts = sorted(mark.first for mark in marks if mark.name == f"{label}_start")
        ends = sorted(mark.first for mark in marks if mark.name == f"{label}_end")
        yield from _pairs(label, starts, ends)


def with_open_ends(span: FrameSpan) -> list[FrameSpan]:
    """The span, and the frames around its ends as uncertain."""
    open_ends = [
        FrameSpan(span.label, edge - UNCERTAIN_FRAMES, edge + UNCERTAIN_FRAMES, certain=False)
        for edge in (span.first, span.last)
    ]
    return [span, *open_ends]


def _pairs(label: str, starts: list[int], ends: list[int]) -> Iterator[FrameSpan]:
    if len(starts) != len(ends):
        raise CvatError(
            f"{len(starts)} {label}_start and {len(ends)} {label}_end, expected as many of each"
        )
    previous_end = float("-inf")
    for start, end in zip(starts, ends, strict=True):
        if not previous_end < start <= end:
            raise CvatError(
                f"{label}_start at frame {start} and {label}_end at frame {end} make no pair"
            )
        yield FrameSpan(label, start, end)
        previous_end = end


def _parse(xml: Path) -> Element:
    try:
        root = ElementTree.parse(xml).getroot()  # noqa: S314 (the user's own file)
    except FileNotFoundError as error:
        raise CvatError(f"no such file: {xml}") from error
    except ElementTree.ParseError as error:
        raise CvatError(f"{xml} is no XML: {error}") from error
    version = root.findtext("version")
    if root.tag != "annotations" or version != "1.1":
        raise CvatError(f"{xml} is no CVAT XML 1.1, its version is {version}")
    return root


def _marks(root: Element) -> list[Mark]:
    try:
        tracked = [mark for track in root.iter("track") for mark in _track_marks(track)]
        return tracked + _merged(_frame_marks(root))
    except (KeyError, ValueError) as error:
        raise CvatError(f"a track or a shape lacks a number or a label: {error!r}") from error


def _track_marks(track: Element) -> Iterator[Mark]:
    """One mark for each run of frames in which the track's shape is not `outside`."""
    name, first, last = _known(track.attrib["label"]), None, 0
    for shape in sorted(track, key=_frame):
        outside = shape.attrib.get("outside") == "1"
        if outside and first is not None:
            yield Mark(name, first, _frame(shape) - 1)
            first = None
        elif not outside:
            first, last = _frame(shape) if first is None else first, _frame(shape)
    if first is not None:
        yield Mark(name, first, last)


def _frame_marks(root: Element) -> Iterator[Mark]:
    """Tags of a frame, and the shapes and tags that hang below an image."""
    for tag in root.findall("tag"):
        yield Mark(_known(tag.attrib["label"]), _frame(tag), _frame(tag))
    for image in root.iter("image"):
        frame = int(image.attrib["id"])
        yield from (Mark(_known(shape.attrib["label"]), frame, frame) for shape in image)


def _merged(marks: Iterable[Mark]) -> list[Mark]:
    """Marks of one name on neighbouring frames are one mark."""
    merged: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.name, mark.first)):
        before = merged[-1] if merged else None
        if before and before.name == mark.name and mark.first <= before.last + 1:
            merged[-1] = Mark(mark.name, before.first, mark.last)
        else:
            merged.append(mark)
    return merged


def _frame(shape: Element) -> int:
    return int(shape.attrib["frame"])


def _known(name: str) -> str:
    if name not in NAMES:
        raise CvatError(f"unknown label {name!r}, expected one of {', '.join(NAMES)}")
    return name
