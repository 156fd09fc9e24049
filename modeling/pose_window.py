"""The poses behind one window, and the 400 bytes in which they travel.

A window's features are a function of 13 joints' places, of which there are fewer than of features.
From one pose to the next they change little: a packer makes that half as long again.
"""

import lzma
import struct
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from contract.layout import JOINTS, WINDOW_LENGTH
from modeling.features import window_features

STEPS = 3072
"""Of a picture's width or height. What gets lost changes no probability by 0.005."""
REACH = 8
"""Pictures: a joint that is guessed to be further away is brought back to there."""
HEAD = struct.Struct("<fH")
"""The picture's aspect, and a bit a pose that was tracked, the oldest one's being the lowest."""
SHAPE = (WINDOW_LENGTH, len(JOINTS), 2)
LENGTH = HEAD.size + 2 * WINDOW_LENGTH * len(JOINTS) * 2
MAX_ASPECT = 100.0
CENTRE = JOINTS.index("left_hip")
EXPECTED = f"expected the poses of one window, {LENGTH} bytes packed by LZMA"
# Without a header, and without contexts, for which a window is too short. A Huffman code, as zlib
# has it, would cost a fifth more.
PACKER = ({"id": lzma.FILTER_LZMA1, "lc": 0, "lp": 0, "pb": 0, "dict_size": 4096},)


@dataclass(frozen=True, eq=False)
class PoseWindow:
    """The poses of one window, oldest first.

    `joints` is (16, 13, 2) float32 in the order of `contract.layout.JOINTS`, as shares of the
    picture's width and height; `tracked` (16,) is False where a pose is held rather than seen;
    `aspect` is the picture's width divided by its height.
    """

    joints: NDArray[np.float32]
    tracked: NDArray[np.bool_]
    aspect: float

    def features(self, rate_hz: float) -> NDArray[np.float32]:
        """The (16, F) features of the window."""
        return window_features(self.joints, self.tracked, self.aspect, rate_hz)

    def shows_the_same(self, other: "PoseWindow") -> bool:
        """Whether the other window's features cannot but be the same."""
        return (
            self.aspect == other.aspect
            and np.array_equal(self.tracked, other.tracked)
            and np.array_equal(self.joints, other.joints)
        )

    def encode(self) -> bytes:
        """The window as it travels: whole steps, each joint as seen from the hip, then changes."""
        steps = np.rint(np.clip(self.joints, -REACH, REACH - 1 / STEPS) * STEPS).astype(np.int16)
        steps[:, np.arange(len(JOINTS)) != CENTRE] -= steps[:, [CENTRE]]
        changes = np.diff(steps, axis=0, prepend=np.int16(0))
        # Signs go to the lowest bit, so that small changes have a high byte of 0; low bytes first.
        folded = (changes << 1 ^ changes >> 15).astype("<i2")
        planes = np.moveaxis(folded.view(np.uint8).reshape(*SHAPE, 2), -1, 0)
        tracked = sum(1 << index for index in np.flatnonzero(self.tracked).tolist())
        data = HEAD.pack(self.aspect, tracked) + planes.tobytes()
        return lzma.compress(data, format=lzma.FORMAT_RAW, filters=PACKER)

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """The window that `encode` made, to a step; raises ValueError on anything else."""
        data = _unpacked(body)
        aspect, tracked = HEAD.unpack_from(data)
        if not 0.0 < aspect < MAX_ASPECT:
            raise ValueError(f"{EXPECTED}, and an aspect above 0 and below {MAX_ASPECT:.0f}")
        planes = np.frombuffer(data, np.uint8, offset=HEAD.size).reshape(2, *SHAPE)
        folded = np.ascontiguousarray(np.moveaxis(planes, 0, -1)).view("<u2")[..., 0]
        changes = (folded >> 1 ^ -(folded & 1)).astype(np.int16)
        steps = np.cumsum(changes, axis=0, dtype=np.int16)
        steps[:, np.arange(len(JOINTS)) != CENTRE] += steps[:, [CENTRE]]
        bits = np.arange(WINDOW_LENGTH)
        return cls(
            (steps / np.float32(STEPS)).astype(np.float32), (tracked >> bits & 1) == 1, aspect
        )


def _unpacked(body: bytes) -> bytes:
    unpacking = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=PACKER)
    try:
        data = unpacking.decompress(body, LENGTH + 1)  # whatever it holds, no more than this
    except lzma.LZMAError as error:
        raise ValueError(EXPECTED) from error
    if len(data) != LENGTH or not unpacking.eof or unpacking.unused_data:
        raise ValueError(EXPECTED)
    return data
