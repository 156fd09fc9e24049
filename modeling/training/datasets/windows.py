"""Clips as the live agent would see them: moments, windows, and what to learn from them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from modeling.perception.windows.windows import Moment, stacked_features, track_moments
from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.examples import Windows


@dataclass(frozen=True, eq=False)
class ClipWindows:
    """The moments of a clip, with the windows of everybody in it; slow to make, so made once."""

    clip: LabelledClip
    moments: Sequence[Moment]

    @classmethod
    def of(cls, clip: LabelledClip) -> Self:
        """What the live agent would make of the clip."""
        return cls(clip, track_moments(clip.track))

    @property
    def times(self) -> NDArray[np.float64]:
        """When the (M,) moments are, in seconds."""
        return np.array([moment.time for moment in self.moments])

    @cached_property
    def counted(self) -> NDArray[np.int64]:
        """Which of all windows counts at each of the (M,) moments, -1 where none does.

        What a clip's labels say is about one person. Where they do not say about whom, it is at
        each moment the one who is seen most in the clip.
        """
        person = self.clip.labels.person
        often = Counter(self.clip.track.persons.tolist() if person is None else [person])
        rows, before = [], 0
        for moment in self.moments:
            there = [row for row, w in enumerate(moment.windows) if w.person in often]
            best = max(there, key=lambda row: often[moment.windows[row].person], default=None)
            rows.append(-1 if best is None else before + best)
            before += len(moment.windows)
        return np.array(rows, dtype=np.int64)

    def features(self) -> NDArray[np.float32]:
        """(W, 16, F) of the windows of everybody, in their order."""
        return stacked_features([w for moment in self.moments for w in moment.windows])

    def counted_features(self) -> NDArray[np.float32]:
        """(N, 16, F) of the windows that count."""
        return self.features()[self.counted[self.counted >= 0]]

    def examples(self) -> Windows:
        """The windows that count, with their targets.

        Weights are such that every clip counts the same, however long it is.
        """
        labels = self.clip.labels
        names = [label.name for label in self.clip.vocabulary]
        targets, certain = labels.targets(self.times[self.counted >= 0], names)
        return Windows(
            groups=np.full(len(targets), labels.group),
            features=self.counted_features(),
            targets=targets,
            weights=certain.astype(np.float32) / np.float32(max(len(targets), 1)),
        )
