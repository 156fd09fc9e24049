"""The poses of a replay as one `.npz`: joints as float16, a row for each person at each moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Self

import numpy as np

from backend.poses.frame import PoseFrame
from contract.poses import Replay


class NotAReplay(Exception):
    """The file is none that `to_bytes` has made."""


@dataclass(frozen=True)
class Kept:
    """What is kept of an incident; `frames` are one at least, oldest first."""

    incident_id: str
    camera_id: str
    is_partial: bool
    frames: Sequence[PoseFrame]

    @classmethod
    def of_parts(cls, parts: Sequence[Self]) -> Self:
        """What several servers have kept of one incident, as one: at least one part."""
        frames = {frame.at: frame for part in parts for frame in part.frames}
        in_order = [frames[at] for at in sorted(frames)]
        is_partial = any(part.is_partial for part in parts)
        return cls(parts[0].incident_id, parts[0].camera_id, is_partial, in_order)

    def replay(self) -> Replay:
        """As it is shown; the picture's shape is the newest one's."""
        return Replay(
            incident_id=self.incident_id,
            camera_id=self.camera_id,
            is_partial=self.is_partial,
            aspect=self.frames[-1].aspect,
            frames=tuple(frame.poses_at() for frame in self.frames),
            scores=tuple(score for frame in self.frames for score in frame.scores_at()),
        )

    def to_bytes(self) -> bytes:
        """The file: 6 to 23 kB per person, and 100 kB at most."""
        frames = self.frames
        rows = [index for index, frame in enumerate(frames) for _ in frame.people]
        file = BytesIO()
        np.savez_compressed(
            file,
            incident_id=np.array(self.incident_id),
            camera_id=np.array(self.camera_id),
            is_partial=np.array(self.is_partial),
            labels=np.array(frames[0].labels),
            at=np.array([frame.at for frame in frames]),
            received_at=np.array([frame.received_at for frame in frames]),
            aspect=np.array([frame.aspect for frame in frames]),
            rows=np.array(rows, dtype=np.int32),
            people=np.array([person for frame in frames for person in frame.people]),
            joints=np.concatenate([frame.joints for frame in frames]),
            scores=np.array([row for frame in frames for row in frame.scores], dtype=np.float16),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What `to_bytes` has written; raises NotAReplay."""
        try:
            with np.load(BytesIO(data), allow_pickle=False) as arrays:
                return cls._from(arrays)
        except Exception as error:  # NumPy's errors on a foreign file share no base class
            raise NotAReplay(f"{type(error).__name__}: {error}") from error

    @classmethod
    def _from(cls, arrays: "np.lib.npyio.NpzFile") -> Self:
        camera_id, labels = str(arrays["camera_id"]), tuple(arrays["labels"].tolist())
        rows, people, joints, scores = (
            arrays[name] for name in ("rows", "people", "joints", "scores")
        )
        times = zip(arrays["at"], arrays["received_at"], arrays["aspect"], strict=True)
        frames = []
        for index, (at, received_at, aspect) in enumerate(times):
            begin, end = np.searchsorted(rows, (index, index + 1))
            frames.append(
                PoseFrame(
                    camera_id=camera_id,
                    at=float(at),
                    received_at=float(received_at),
                    aspect=float(aspect),
                    people=tuple(people[begin:end].tolist()),
                    joints=joints[begin:end],
                    labels=labels,
                    scores=tuple(
                        tuple(row) for row in scores[begin:end].astype(float).round(4).tolist()
                    ),
                )
            )
        is_partial = bool(arrays["is_partial"])
        return cls(str(arrays["incident_id"]), camera_id, is_partial, frames)
