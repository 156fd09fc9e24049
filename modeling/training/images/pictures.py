"""Prepared pictures with what is known of them, and the clips that they come from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from modeling.perception.frames.video import VideoFile
from modeling.perception.images.task import RgbImage
from modeling.training.datasets.examples import Examples
from modeling.training.datasets.labels import Recording

Progress = Callable[[], None]


@dataclass(frozen=True)
class Pictures(Examples):
    """What a network learns from or is judged on: N pictures as `prepare` gives them.

    `inputs` (N, *input_shape), `truth` (N,) indices of the task's labels, -1 where nobody knows,
    and (N,) names: of room, clip, and of the kind of picture. `frames` (N,) are 0-based.
    `points` (N, P, 3) are what a network may be taught beside the truth: where P points of a body
    are, x and y from -1 to 1 across the picture, and whether that is known (1) or not (0).
    """

    inputs: NDArray[np.uint8]
    truth: NDArray[np.int64]
    rooms: NDArray[np.str_]
    clips: NDArray[np.str_]
    kinds: NDArray[np.str_]
    frames: NDArray[np.int64]
    points: NDArray[np.float32]

    @classmethod
    def of_clip(
        cls,
        recording: Recording,
        inputs: Sequence[NDArray[np.uint8]],
        truth: Sequence[int],
        kinds: Sequence[str],
        frames: Sequence[int],
        points: NDArray[np.float32] | None = None,
    ) -> Self:
        """Those of one clip; without any points where None are given."""
        count = len(inputs)
        return cls(
            inputs=np.stack(inputs),
            truth=np.array(truth, dtype=np.int64),
            groups=np.full(count, recording.group),
            rooms=np.full(count, recording.room),
            clips=np.full(count, recording.name),
            kinds=np.array(kinds),
            frames=np.array(frames, dtype=np.int64),
            points=np.zeros((count, 0, 3), dtype=np.float32) if points is None else points,
        )


def decode(file: Path) -> list[RgbImage]:
    """All pictures of a video, (H, W, 3) with red first; raises VideoError."""
    video = VideoFile(file)
    try:
        return [np.ascontiguousarray(frame.image[:, :, ::-1]) for frame in video.frames()]
    finally:
        video.close()


def decoded(
    recordings: Sequence[Recording], on_clip: Progress
) -> Iterator[tuple[Recording, list[RgbImage]]]:
    """Each recording with its pictures, one in memory at a time."""
    for recording in recordings:
        yield recording, decode(recording.file)
        on_clip()


def one_hot(pictures: Pictures, labels: int) -> NDArray[np.float32]:
    """(N, L) targets that are sure of the truth."""
    return np.eye(labels, dtype=np.float32)[pictures.truth]
