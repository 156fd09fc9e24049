"""From encoded pictures to what a network takes, and from its scores to probabilities."""

import numpy as np
from numpy.typing import NDArray

from backend.vision.decode import decode
from modeling.perception.images.task import ImageTask


def prepared_for(task: ImageTask, image: bytes, previous: bytes | None) -> NDArray[np.uint8]:
    """What the network takes of a picture and the one before it; raises what `decode` does."""
    # Twice what the network takes, so that shrinking in the decoder leaves no trace.
    least = 2 * task.input_shape[-1], 2 * task.input_shape[-2]
    before = None if previous is None else decode(previous, least)
    return task.prepare(decode(image, least), before)


def probabilities_of(scores: NDArray[np.float32]) -> list[list[float]]:
    """Finite, and within 0 and 1 to the last digit."""
    if not np.isfinite(scores).all():
        raise ValueError("expected finite scores")
    return [[round(score, 6) for score in row] for row in np.clip(scores, 0.0, 1.0).tolist()]
