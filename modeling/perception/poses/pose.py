"""Body poses: what is kept of a picture once the picture itself is dropped."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, eq=False)
class Body:
    """One person in one frame.

    `person` is the number of the track, from 1 on: it stays while the tracker follows the same
    person. `landmarks` is (33, 4) float32: x and y as shares of the picture's width and height
    (they may leave 0..1), z in units of the width, visibility in 0..1.
    """

    person: int
    landmarks: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.landmarks.shape != (LANDMARK_COUNT, 4):
            raise ValueError(f"landmarks must be ({LANDMARK_COUNT}, 4), got {self.landmarks.shape}")


@dataclass(frozen=True)
class Poses:
    """What one frame shows: everybody who was found in it, each person once.

    `time` is seconds since the stream began, `aspect` the picture's width divided by its height.
    With `is_cut` it shows another scene than a moment ago: nothing of before has to do with it.
    """

    frame_idx: int
    time: float
    aspect: float
    bodies: tuple[Body, ...] = ()
    is_cut: bool = False


class PoseTrackError(Exception):
    """The file is missing or is no pose track; the message is one plain line."""


@dataclass(frozen=True, eq=False)
class PoseTrack:
    """A recorded stream of poses: what `run-agent --record` writes and `--source` reads.

    A frame: `frame_indices` (N,) int64, `times` (N,) float64 in seconds; `aspect` is the picture's
    width divided by its height; `cuts` are the indices of the frames that show another scene than
    a moment before. A body: `rows` (M,) int64, the place of its frame among the N, in their order,
    `persons` (M,) int64 and `landmarks` (M, 33, 4) float32, as `Body` has them.
    """

    frame_indices: NDArray[np.int64]
    times: NDArray[np.float64]
    rows: NDArray[np.int64]
    persons: NDArray[np.int64]
    landmarks: NDArray[np.float32]
    aspect: float
    cuts: frozenset[int] = frozenset()

    @classmethod
    def from_poses(cls, stream: list[Poses]) -> Self:
        """Stack the poses of one stream."""
        found = [(row, body) for row, poses in enumerate(stream) for body in poses.bodies]
        return cls(
            frame_indices=np.array([poses.frame_idx for poses in stream], dtype=np.int64),
            times=np.array([poses.time for poses in stream], dtype=np.float64),
            rows=np.array([row for row, _ in found], dtype=np.int64),
            persons=np.array([body.person for _, body in found], dtype=np.int64),
            landmarks=np.array([body.landmarks for _, body in found], dtype=np.float32).reshape(
                -1, LANDMARK_COUNT, 4
            ),
            aspect=stream[0].aspect if stream else 1.0,
            cuts=frozenset(poses.frame_idx for poses in stream if poses.is_cut),
        )

    @classmethod
    def of_person(
        cls, times: NDArray[np.float64], landmarks: NDArray[np.float32], aspect: float
    ) -> Self:
        """The track of one person at (N,) `times`: (N, 33, 4), NaN throughout where not seen."""
        rows = np.flatnonzero(~np.isnan(landmarks).all(axis=(1, 2)))
        return cls(
            frame_indices=np.arange(len(times), dtype=np.int64),
            times=times.astype(np.float64),
            rows=rows.astype(np.int64),
            persons=np.ones(len(rows), dtype=np.int64),
            landmarks=landmarks[rows].astype(np.float32),
            aspect=aspect,
        )

    def __len__(self) -> int:
        return len(self.times)

    def __iter__(self) -> Iterator[Poses]:
        starts = np.searchsorted(self.rows, np.arange(len(self) + 1)).tolist()
        for row, (index, time) in enumerate(zip(self.frame_indices, self.times, strict=True)):
            bodies = tuple(
                Body(int(self.persons[body]), self.landmarks[body])
                for body in range(starts[row], starts[row + 1])
            )
            yield Poses(int(index), float(time), self.aspect, bodies, int(index) in self.cuts)

    @property
    def body_times(self) -> NDArray[np.float64]:
        """(M,) seconds: when each body was seen."""
        return self.times[self.rows]

    def with_bodies(self, kept: NDArray[np.bool_]) -> Self:
        """The same frames with only those bodies; `kept` is (M,)."""
        return replace(
            self,
            rows=self.rows[kept],
            persons=self.persons[kept],
            landmarks=self.landmarks[kept],
        )

    def save(self, path: Path) -> None:
        """Write the track as compressed plain arrays (`.npz`), whatever its name ends in."""
        with path.open("wb") as file:
            np.savez_compressed(
                file,
                frame_indices=self.frame_indices,
                times=self.times,
                rows=self.rows,
                persons=self.persons,
                landmarks=self.landmarks,
                aspect=np.array(self.aspect),
                cuts=np.array(sorted(self.cuts), dtype=np.int64),
            )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a track; raises PoseTrackError when `path` is missing or is something else.

        A file without `rows` holds one person, as `of_person` takes it.
        """
        if not path.is_file():
            raise PoseTrackError(f"no such pose track: {path}")
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
                track = cls._from_arrays(arrays)
            track.check()
        except Exception as error:  # NumPy's errors on a foreign file share no base class
            raise PoseTrackError(f"not a recording of run-agent --record: {path}") from error
        return track

    @classmethod
    def _from_arrays(cls, arrays: "np.lib.npyio.NpzFile") -> Self:
        times, landmarks, aspect = arrays["times"], arrays["landmarks"], float(arrays["aspect"])
        if "rows" not in arrays:
            return cls.of_person(times, landmarks, aspect)
        return cls(
            frame_indices=arrays["frame_indices"].astype(np.int64),
            times=times.astype(np.float64),
            rows=arrays["rows"].astype(np.int64),
            persons=arrays["persons"].astype(np.int64),
            landmarks=landmarks.astype(np.float32),
            aspect=aspect,
            cuts=frozenset(arrays["cuts"].tolist()),
        )

    def check(self) -> None:
        """Raise ValueError unless the arrays are what the class says, and times increase."""
        count, bodies = len(self.times), len(self.rows)
        if self.landmarks.shape != (bodies, LANDMARK_COUNT, 4) or len(self.persons) != bodies:
            raise ValueError("lengths differ")
        if count == 0 or len(self.frame_indices) != count:
            raise ValueError("lengths differ")
        if not np.all(np.isfinite(self.times)) or np.any(np.diff(self.times) <= 0):
            raise ValueError("times must increase")
        if bodies and (
            np.any(np.diff(self.rows) < 0) or not 0 <= self.rows[0] <= self.rows[-1] < count
        ):
            raise ValueError("rows must be frames, in their order")
        if not np.isfinite(self.landmarks).all() or not 0.0 < self.aspect < 100.0:
            raise ValueError("landmarks must be finite")
