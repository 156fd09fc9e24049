"""CVAT for video 1.1: the format in which people label their own clips.

A label is marked by a track named after it (where its shapes are not `outside`), or by a pair of
marks, named `<label>_start` and `<label>_end`. A shape that is no track is in the file as a track
of one frame; those of neighbouring frames are one mark. The format holds no tags; CVAT for images
1.1, which is read as well, does. Frame numbers are those of the video, whatever the frame step.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from modeling.training.datasets.adapters.cvat_task import (
    CvatError,
    Filmed,
    Task,
    elements_of,
    label_types,
    task_of,
)
from modeling.training.datasets.labels import FALL_AND_LYING, FrameSpan, Recording

# A hand hits the right frame to about a sixth of a second; the truth around each end is open.
UNCERTAIN_FRAMES = 5
LABELS = tuple(label.name for label in FALL_AND_LYING)
NAMES = tuple(f"{label}{end}" for label in LABELS for end in ("", "_start", "_end"))
KINDS = ("track", "image", "tag")
VIEW = re.compile(r"^(?P<group>.+)-(?P<view>cam\w+)$")


@dataclass(frozen=True)
class Mark:
    """`name` is seen from frame `first` to frame `last`, both included."""

    name: str
    first: int
    last: int


def read_cvat(xml: Path, video: Filmed, frame_offset: int = 0) -> Recording:
    """The labels of `video` in `xml`; raises CvatError.

    `frame_offset` is added to each frame number, for a video that is cut out of the one that was
    labelled. Files named GROUP-camN belong to one group and are never parted by a split.
    """
    root = _parse(xml)
    try:
        task = task_of(root, video)
        spans = list(_within(_spans(root, task), video, frame_offset))
    except CvatError as error:
        raise CvatError(f"{xml}: {error}") from error
    name = video.path.stem
    view = VIEW.match(name)
    group = view["group"] if view else name
    return Recording(
        name=name,
        group=group,
        room=group,  # the format has no place for it
        view=view["view"] if view else "cam0",
        source="cvat",
        file=video.path,
        takes_fps=True,
        spans=[part for span in spans for part in with_open_ends(span, task.step)],
    )


def with_open_ends(span: FrameSpan, step: int = 1) -> list[FrameSpan]:
    """The span, and the frames around its ends as uncertain."""
    reach = max(UNCERTAIN_FRAMES, step)
    open_ends = [
        FrameSpan(span.label, edge - reach, edge + reach, certain=False)
        for edge in (span.first, span.last)
    ]
    return [span, *open_ends]


def _within(spans: Iterable[FrameSpan], video: Filmed, offset: int) -> Iterator[FrameSpan]:
    """The spans of the clip; only what was cut out of a longer one may lack some of them."""
    end = video.frames - 1
    for span in spans:
        first, last = span.first + offset, span.last + offset
        if not video.is_part and last > end + video.slack:
            raise CvatError(
                f"{span.label} from frame {first} to {last}, but {video.path} ends with frame {end}"
            )
        if first <= end and last >= 0:
            yield FrameSpan(span.label, max(first, 0), min(last, end))


def _spans(root: Element, task: Task) -> Iterator[FrameSpan]:
    """The spans that the task's marks make, one after the other; no two of a label overlap."""
    marks = _merged(_marks(root, task), task.step)
    _check_that_tags_are_there(root, marks)
    for label in LABELS:
        starts = sorted(mark.first for mark in marks if mark.name == f"{label}_start")
        ends = sorted(mark.first for mark in marks if mark.name == f"{label}_end")
        plain = [_lasting(mark, task.step) for mark in marks if mark.name == label]
        for mark in _merged([*plain, *_pairs(label, starts, ends)], task.step):
            yield FrameSpan(label, mark.first, mark.last)


def _lasting(mark: Mark, step: int) -> Mark:
    if mark.first == mark.last and step == 1:
        raise CvatError(
            f"{mark.name} on frame {mark.first} only, expected a track, or a shape on each of its "
            "frames"
        )
    return mark


def _check_that_tags_are_there(root: Element, marks: Sequence[Mark]) -> None:
    if marks:
        return
    for name, kind in label_types(root).items():
        if name in NAMES and (name not in LABELS or kind == "tag"):
            raise CvatError(
                f"it has the label {name} and not one shape: tags are not in an export as CVAT for "
                "video 1.1; mark with points, or give the task the labels "
                f"{' and '.join(LABELS)} alone if nobody falls"
            )


def _pairs(label: str, starts: list[int], ends: list[int]) -> Iterator[Mark]:
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
        yield Mark(label, start, end)
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


def _marks(root: Element, task: Task) -> list[Mark]:
    try:
        return [mark for element in elements_of(root, task, KINDS) for mark in _read(element)]
    except (KeyError, ValueError) as error:
        raise CvatError(f"a track or a shape lacks a number or a label: {error!r}") from error


def _read(element: Element) -> Iterator[Mark]:
    return _track_marks(element) if element.tag == "track" else _frame_marks(element)


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


def _frame_marks(element: Element) -> Iterator[Mark]:
    """Of a frame's tag, or of the shapes and tags that hang below an image."""
    if element.tag == "tag":
        yield Mark(_known(element.attrib["label"]), _frame(element), _frame(element))
        return
    frame = int(element.attrib["id"])
    yield from (Mark(_known(shape.attrib["label"]), frame, frame) for shape in element)


def _merged(marks: Iterable[Mark], step: int) -> list[Mark]:
    """Marks of one name that overlap, or are no further apart than two frames, are one mark."""
    merged: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.name, mark.first)):
        before = merged[-1] if merged else None
        if before and before.name == mark.name and mark.first <= before.last + step:
            merged[-1] = Mark(mark.name, before.first, max(before.last, mark.last))
        else:
            merged.append(mark)
    return merged


def _frame(shape: Element) -> int:
    return int(shape.attrib["frame"])


def _known(name: str) -> str:
    if name not in NAMES:
        raise CvatError(f"unknown label {name!r}, expected one of {', '.join(NAMES)}")
    return name
