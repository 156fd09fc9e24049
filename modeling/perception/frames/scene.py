"""Whether a picture still shows the same scene as before, told from motion and from light."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from modeling.perception.frames.motion import GLANCE, Glance

MEMORY_SEC = 1.0
"""A picture is held against the last one, and the oldest of as long: scenes may dissolve."""
BLOCK = 8
"""Pixels of a glance on a side: 48 blocks."""
LEAST_TEXTURE = 2.0
"""Grey levels; a block that varies by less shows nothing that could be known again."""
LEAST_BLOCKS = 12
"""With fewer of them to be compared (the room is dark) nothing can be said."""
ALIKE = 0.5
"""Correlation of a block with itself: light and contrast may change, what is there may not."""
CUT_SHARE = 0.6
"""Of the blocks that are unlike: 0.5 or more between two rooms, 0.3 at most within a fifth of a
second of one room, and 0.46 where a body that falls fills the picture."""


class SceneWatch:
    """Follows the pictures of one stream, in the order of their times."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, Glance]] = deque()

    def is_cut(self, seen: Glance, time: float) -> bool:
        """Whether a picture shows another scene than was seen within the last second.

        So a picture into which the next one dissolves is passed over with it.
        """
        if _texture(_blocks(seen)) < LEAST_BLOCKS:
            return False  # black: what was seen before it is what counts
        while len(self._seen) > 1 and time - self._seen[1][0] > MEMORY_SEC:
            self._seen.popleft()
        ends = (self._seen[0], self._seen[-1]) if self._seen else ()
        self._seen.append((time, seen))
        return any(share_unlike(seen, before) >= CUT_SHARE for _, before in ends)


def share_unlike(now: Glance, before: Glance) -> float:
    """The share of the blocks with texture in both glances that do not show the same."""
    first, second = _blocks(now), _blocks(before)
    spreads = first.std(axis=1), second.std(axis=1)
    textured = np.minimum(*spreads) >= LEAST_TEXTURE
    if np.count_nonzero(textured) < LEAST_BLOCKS:
        return 0.0
    product = (first * second).mean(axis=1)[textured]
    alike = product >= ALIKE * (spreads[0] * spreads[1])[textured]
    return 1.0 - float(np.mean(alike))


def _texture(blocks: NDArray[np.float32]) -> int:
    return int(np.count_nonzero(blocks.std(axis=1) >= LEAST_TEXTURE))


def _blocks(seen: Glance) -> NDArray[np.float32]:
    """(48, 64): the pixels of each block, less their mean."""
    width, height = GLANCE
    split = seen.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK).swapaxes(1, 2)
    blocks = split.reshape(-1, BLOCK * BLOCK).astype(np.float32)
    less: NDArray[np.float32] = blocks - blocks.mean(axis=1, keepdims=True)
    return less
