"""What is known of a clip: spans of labels, in frames as people mark them, in seconds as stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, model_validator

from contract.events import FALL, LYING, Probability
from modeling.perception.poses.pose import PoseTrack


class LabelSpec(BaseModel, frozen=True, extra="forbid"):
    """A label that clips are marked with; one that is `anomalous` may wake people.

    Where `threshold` is None it is chosen by what may be notified of falsely.
    """

    name: str
    anomalous: bool = False
    threshold: Probability | None = None


FALL_AND_LYING = (LabelSpec(name=FALL, anomalous=True), LabelSpec(name=LYING, threshold=0.5))
"""What a dataset is labelled with unless its file says otherwise."""


class Ends(StrEnum):
    """How a body that fell is in the picture a second later."""

    FLAT = "flat"
    SIDE = "side"
    KNEELING = "kneeling"
    """On the knees or the elbows, bent together."""
    SITTING = "sitting"
    HIDDEN = "hidden"
    CUT = "cut"
    """Partly outside of the picture."""


class Span(BaseModel, frozen=True, extra="forbid"):
    """From `start` to `end`, in seconds of the clip, `label` holds.

    Where `certain` is False nobody can say whether it does, and training ignores the label there.
    """

    label: str
    start: float
    end: float
    certain: bool = True

    @model_validator(mode="after")
    def _is_well_formed(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"a span ends at {self.end} s, before it starts at {self.start} s")
        return self

    def covers(self, times: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of the (N,) times lie within the span, its ends included."""
        return (self.start <= times) & (times <= self.end)


@dataclass(frozen=True)
class FrameSpan:
    """A span as sources mark it: from frame `first` to frame `last`, both included, 0-based."""

    label: str
    first: int
    last: int
    certain: bool = True

    def in_seconds(self, times: NDArray[np.float64]) -> Span:
        """Convert with the (N,) times of the clip's frames; a span may outlast the clip."""
        return Span(
            label=self.label,
            start=_time_of(self.first, times),
            end=_time_of(self.last, times),
            certain=self.certain,
        )


def _time_of(frame: int, times: NDArray[np.float64]) -> float:
    last = len(times) - 1
    if frame <= last:
        return float(times[max(frame, 0)])
    return float(times[-1] + (frame - last) * (times[-1] - times[0]) / max(last, 1))


class ClipLabels(BaseModel, frozen=True, extra="forbid"):
    """A clip's name (unique in its dataset), origin and truth.

    Clips of one `group` show the same event or scene, so they never part in a split. `room` names
    the place, unique over all sources. `overhead` says that the camera looks down from the ceiling.
    Of a fall, `kind` says how it came about and `ends` how the body lies; None where nobody said.
    `person` is the number, in the clip's track, of whom the spans tell; without it, of everybody.
    """

    name: str
    group: str
    room: str
    view: str
    source: str
    spans: tuple[Span, ...]
    overhead: bool = False
    kind: str | None = None
    ends: Ends | None = None
    person: int | None = None

    @property
    def falls(self) -> list[Span]:
        """The falls that the clip shows, in their order."""
        certain = [span for span in self.spans if span.label == FALL and span.certain]
        return sorted(certain, key=lambda span: span.start)

    def targets(
        self, times: NDArray[np.float64], labels: Sequence[str]
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Truth and its certainty at (N,) times: two (N, L) arrays, a column for each label."""
        truth = np.zeros((len(times), len(labels)), dtype=np.float32)
        certain = np.ones((len(times), len(labels)), dtype=np.bool_)
        for span in self.spans:
            column = labels.index(span.label)
            if span.certain:
                truth[span.covers(times), column] = 1.0
            else:
                certain[span.covers(times), column] = False
        return truth, certain


@dataclass(frozen=True)
class Recording:
    """A labelled video that a source offers; its poses are still in it.

    `postures` are those of the picture's frames, where the source says so of some, None where it
    does not. A file that holds poses instead of pictures is read by `read_poses`.
    With `takes_fps` its times may be given by hand.
    """

    name: str
    group: str
    room: str
    view: str
    source: str
    file: Path
    spans: Sequence[FrameSpan]
    overhead: bool = False
    ends: Ends | None = None
    postures: Mapping[int, str] | None = None
    read_poses: Callable[[Path], PoseTrack] | None = None
    takes_fps: bool = False

    def labels(self, times: NDArray[np.float64]) -> ClipLabels:
        """The labels in seconds, given the (N,) times of the file's frames."""
        return ClipLabels(
            name=self.name,
            group=self.group,
            room=self.room,
            view=self.view,
            source=self.source,
            spans=tuple(span.in_seconds(times) for span in self.spans),
            overhead=self.overhead,
            ends=self.ends,
        )
