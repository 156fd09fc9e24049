"""The poses of one camera at one moment, as the server has them from an analysis."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contract.analysis import Analysis
from contract.poses import MOST_PEOPLE, LivePoses, PersonPose, PosesAt, PoseSource, ScoresAt

Joints = NDArray[np.float16]

DECIMALS = 3
"""A thousandth of the picture is as fine as float16 has it."""


@dataclass(frozen=True, eq=False)
class PoseFrame:
    """The newest poses of everybody at one moment.

    `at` is the camera box's time, `received_at` the server's, both in seconds since 1970. `joints`
    is (N, 13, 3), one of the N `people` each, as a Window has them; `scores` are N rows of a
    probability for each of `labels`.
    """

    camera_id: str
    at: float
    received_at: float
    aspect: float
    people: tuple[int, ...]
    joints: Joints
    labels: tuple[str, ...]
    scores: tuple[tuple[float, ...], ...]

    def live(self) -> LivePoses:
        """What those hear who listen."""
        return LivePoses(
            camera_id=self.camera_id,
            at=self.at,
            received_at=self.received_at,
            aspect=self.aspect,
            people=self._people(),
            scores={
                label: round(max(of_all), DECIMALS)
                for label, of_all in zip(self.labels, zip(*self.scores, strict=True), strict=True)
            },
        )

    def poses_at(self) -> PosesAt:
        """As a replay shows it."""
        return PosesAt(at=self.at, people=self._people())

    def scores_at(self) -> list[ScoresAt]:
        """One for each person."""
        return [
            ScoresAt(at=self.at, person=person, scores=dict(zip(self.labels, scores, strict=True)))
            for person, scores in zip(self.people, self.scores, strict=True)
        ]

    def _people(self) -> tuple[PersonPose, ...]:
        joints = self.joints.astype(np.float64).round(DECIMALS).tolist()
        return tuple(
            PersonPose.model_construct(person=person, joints=tuple(map(tuple, body)))
            for person, body in zip(self.people, joints, strict=True)
        )


@dataclass(frozen=True)
class PosesSeen:
    """For the bus: these are the newest of their camera. Published in the event loop."""

    frame: PoseFrame


def frame_of(
    source: PoseSource,
    received_at: float,
    aspect: float,
    newest: NDArray[np.float32],
    analyses: Sequence[Analysis],
) -> PoseFrame:
    """The frame of (N, 13, 3) joints and their analyses; of too many people the first ones."""
    return PoseFrame(
        camera_id=source.camera_id,
        at=source.at,
        received_at=received_at,
        aspect=aspect,
        people=source.people[:MOST_PEOPLE],
        joints=newest[:MOST_PEOPLE].astype(np.float16),
        labels=tuple(analyses[0].events),
        scores=tuple(tuple(analysis.scores) for analysis in analyses[:MOST_PEOPLE]),
    )
