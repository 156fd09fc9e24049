"""How far apart two bodies are, in sizes of a body, told from their joints."""

import numpy as np

from modeling.perception.poses.crop import Points

COCO = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
"""Where COCO's 17 joints are among BlazePose's landmarks."""


def size_of(joints: Points) -> float:
    """The diagonal of the box around the joints (N, 2), at least a pixel."""
    return max(1.0, float(np.hypot(*np.ptp(joints, axis=0))))


def distance(joints: Points, others: Points) -> float:
    """The median over the joints (N, 2), in sizes of the larger body."""
    apart = np.median(np.hypot(*(joints - others).T))
    return float(apart) / max(size_of(joints), size_of(others))


def is_same_body(joints: Points, others: Points, reach: float) -> bool:
    """Whether half of the joints lie on those of the other one."""
    return distance(joints, others) < reach
