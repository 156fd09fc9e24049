"""What does a household want to have told apart: a door open or shut, the stove, a wheelchair?"""

from collections.abc import Sequence

from modeling.perception.images.posture import POSTURE
from modeling.perception.images.task import ImageTask

OWN_LABELS = "pictures"


def own_labels_task(labels: Sequence[str]) -> ImageTask:
    """The task of telling apart what the household calls so; pictures are those of postures."""
    return ImageTask(
        OWN_LABELS, tuple(labels), POSTURE.preprocessing, POSTURE.input_shape, POSTURE.prepare
    )
