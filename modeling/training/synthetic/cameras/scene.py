"""What a virtual camera looks at: people as joints in metres, among boxes of furniture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.training.synthetic.bodies.furniture import Box


@dataclass(frozen=True, eq=False)
class Scene:
    """`bodies` (P, T, 13, 3) at `times` (T,): the joints of the layout in metres, z up."""

    times: NDArray[np.float64]
    bodies: NDArray[np.float64]
    boxes: tuple[Box, ...] = ()

    def at(self, times: NDArray[np.float64]) -> "Scene":
        """The same at other `times`, which lie within it: between two poses it is interpolated."""
        after = np.clip(np.searchsorted(self.times, times), 1, len(self.times) - 1)
        start, end = self.times[after - 1], self.times[after]
        share = np.clip((times - start) / (end - start), 0.0, 1.0)[None, :, None, None]
        between = (1.0 - share) * self.bodies[:, after - 1] + share * self.bodies[:, after]
        return Scene(times, between, self.boxes)
