"""What caregivers are told of a clip: everybody in it, through the live watch."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from contract.events import FALL, NOTIFIED_AT_START, RECOVERED, EventType, states_of
from modeling.perception.detector.checkpoint import Label
from modeling.perception.detector.detector import to_analysis
from modeling.perception.incidents.event_machine import Transition
from modeling.perception.incidents.watch import Watch
from modeling.perception.poses.pose import PoseTrack
from modeling.perception.windows.windows import Moment

MID_SHARE, NEAR_SHARE = 0.3, 0.6


class Size(StrEnum):
    """How large people are in the picture: standing, below 30 % of its height, 60 %, or more."""

    FAR = "far"
    MID = "mid"
    NEAR = "near"


@dataclass(frozen=True)
class Told:
    """Somebody is told at `time` of what `label` says of `person`, and has held since `since`."""

    label: str
    since: float
    time: float
    person: int = 1


def watch_clip(
    moments: Sequence[Moment], scores: NDArray[np.float32], labels: Sequence[Label], watch: Watch
) -> list[Transition]:
    """What begins and ends in a clip, given the (W, L) scores of its windows in their order."""
    rows, moves = iter(scores), list[Transition]()
    for moment in moments:
        analyses = [to_analysis(labels, next(rows).tolist()) for _ in moment.windows]
        moves += watch.step(moment, analyses)
    if moments:
        moves += watch.finish(moments[-1].time)
    return moves


def is_told(move: Transition) -> bool:
    """Whether a caregiver hears of it: of a fall at its END, unless the person is up again."""
    if move.label == FALL:
        return move.event_type is EventType.END and RECOVERED not in states_of(move.state)
    return move.event_type is EventType.START and move.label in NOTIFIED_AT_START


def size_of(track: PoseTrack) -> Size | None:
    """How large the people of a track are at their tallest; None where nobody is."""
    if not len(track.rows):
        return None
    y = track.landmarks[:, :, 1]
    share = float(np.quantile(y.max(axis=1) - y.min(axis=1), 0.9))
    return Size.FAR if share < MID_SHARE else Size.MID if share < NEAR_SHARE else Size.NEAR


def told_by(move: Transition) -> Told:
    """What is told by a move that `is_told`."""
    since = move.time - (move.duration_sec or 0.0)
    return Told(move.label, since, move.time, move.person)
