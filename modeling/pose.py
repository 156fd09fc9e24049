"""Body poses: what is kept of a picture once the picture itself is dropped."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

LANDMARK_COUNT = 33


class Landmark(IntEnum):
    """The landmarks of BlazePose's 33 that the features use, by their index."""

    NOSE = 0
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28


@dataclass(frozen=True)
class Pose:
    """What one frame shows.

    `landmarks` is (33, 4) float32: x and y as shares of the picture's width and height (they
    may leave 0..1), z in units of the width, visibility in 0..1; None when nobody was found.
    `time` is seconds since the stream began, `aspect` the picture's width divided by its height.
    With `is_cut` it shows another scene than a moment ago: nothing of before has to do with it.
    """

    frame_idx: int
    time: float
    aspect: float
    landmarks: NDArray[np.float32] | None
    is_cut: bool = False

    def __post_init__(self) -> None:
        if self.landmarks is not None and self.landmarks.shape != (LANDMARK_COUNT, 4):
            raise ValueError(f"landmarks must be ({LANDMARK_COUNT}, 4), got {self.landmarks.shape}")


class PoseTrackError(Exception):
    """The file is missing or is no pose track; the message is one plain line."""


@dataclass(frozen=True)
class PoseTrack:
    """A recorded stream of poses: what `run-agent --record` writes and `--source` reads.

    `frame_indices` (N,) int64, `times` (N,) float64 in seconds, `landmarks` (N, 33, 4) float32,
    NaN throughout where nobody was found; `aspect` is width divided by height; `cuts` are the
    indices of the frames that show another scene than a moment before.
    """

    frame_indices: NDArray[np.int64]
    times: NDArray[np.float64]
    landmarks: NDArray[np.float32]
    aspect: float
    cuts: frozenset[int] = frozenset()

    @classmethod
    def from_poses(cls, poses: list[Pose]) -> Self:
        """Stack the poses of one stream."""
        nobody = np.full((LANDMARK_COUNT, 4), np.nan, dtype=np.float32)
        stacked = [nobody if p.landmarks is None else p.landmarks for p in poses]
        return cls(
            frame_indices=np.array([p.frame_idx for p in poses], dtype=np.int64),
            times=np.array([p.time for p in poses], dtype=np.float64),
            landmarks=np.array(stacked, dtype=np.float32).reshape(-1, LANDMARK_COUNT, 4),
            aspect=poses[0].aspect if poses else 1.0,
            cuts=frozenset(p.frame_idx for p in poses if p.is_cut),
        )

    def __len__(self) -> int:
        return len(self.times)

    def __iter__(self) -> Iterator[Pose]:
        for index, time, landmarks in zip(
            self.frame_indices, self.times, self.landmarks, strict=True
        ):
            found = None if np.isnan(landmarks[0, 0]) else landmarks
            yield Pose(int(index), float(time), self.aspect, found, int(index) in self.cuts)

    def save(self, path: Path) -> None:
        """Write the track as compressed plain arrays (`.npz`), whatever its name ends in."""
        with path.open("wb") as file:
            np.savez_compressed(
                file,
                frame_indices=self.frame_indices,
                times=self.times,
                landmarks=self.landmarks,
                aspect=np.array(self.aspect),
                cuts=np.array(sorted(self.cuts), dtype=np.int64),
            )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a track; raises PoseTrackError when `path` is missing or is something else."""
        if not path.is_file():
            raise PoseTrackError(f"no such pose track: {path}")
        try:
            with np.load(path, allow_pickle=False) as arrays:
                track = cls(
                    frame_indices=arrays["frame_indices"].astype(np.int64),
                    times=arrays["times"].astype(np.float64),
                    landmarks=arrays["landmarks"].astype(np.float32),
                    aspect=float(arrays["aspect"]),
                    # What was recorded by hand has none.
                    cuts=frozenset(arrays["cuts"].tolist() if "cuts" in arrays else ()),
                )
            track.check()
        except Exception as error:  # NumPy's errors on a foreign file share no base class
            raise PoseTrackError(f"not a recording of run-agent --record: {path}") from error
        return track

    def check(self) -> None:
        """Raise ValueError unless the arrays are what the class says, and times increase."""
        count = len(self.times)
        if self.landmarks.shape != (count, LANDMARK_COUNT, 4) or len(self.frame_indices) != count:
            raise ValueError("lengths differ")
        if count == 0 or not np.all(np.isfinite(self.times)) or np.any(np.diff(self.times) <= 0):
            raise ValueError("times must increase")
        missing = np.isnan(self.landmarks).all(axis=(1, 2))
        if not np.isfinite(self.landmarks[~missing]).all() or not 0.0 < self.aspect < 100.0:
            raise ValueError("landmarks must be finite, or NaN throughout")
