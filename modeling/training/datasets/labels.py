"""What is known of a clip: spans of labels, in frames as people mark them, in seconds as stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

LABELS = ("fall", "lying")


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


class Span(BaseModel):
    """From `start` to `end`, in seconds of the clip, `label` holds.

    Where `certain` is False nobody can say whether it does, and training ignores the label there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    start: float
    end: float
    certain: bool = True

    @model_validator(mode="after")
    def _is_well_formed(self) -> Self:
        if self.label not in LABELS:
            raise ValueError(f"unknown label {self.label!r}, expected one of {', '.join(LABELS)}")
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


class ClipLabels(BaseModel):
    """A clip's name (unique in its dataset), origin and truth.

    Clips of one `group` show the same event or scene, so they never part in a split. `room` names
    the place, unique over all sources. `overhead` says that the camera looks down from the ceiling.
    Of a fall, `kind` says how it came about and `ends` how the body lies; None where nobody said.
    `person` is the number, in the clip's track, of whom the spans tell; without it, of everybody.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

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
        certain = [span for span in self.spans if span.label == "fall" and span.certain]
        return sorted(certain, key=lambda span: span.start)

    def targets(self, times: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Truth and its certainty at (N,) times: two (N, L) arrays, a column for each of LABELS."""
        truth = np.zeros((len(times), len(LABELS)), dtype=np.float32)
        certain = np.ones((len(times), len(LABELS)), dtype=np.bool_)
        for span in self.spans:
            column = LABELS.index(span.label)
            if span.certain:
                truth[span.covers(times), column] = 1.0
            else:
                certain[span.covers(times), column] = False
        return truth, certain


@dataclass(frozen=True)
class Recording:
    """A labelled video, or a file of skeletons, that a source offers; its poses are still in it."""

    name: str
    group: str
    room: str
    view: str
    source: str
    file: Path
    spans: Sequence[FrameSpan]
    overhead: bool = False
    ends: Ends | None = None

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
