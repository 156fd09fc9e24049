"""A take: one made person moves or falls for some seconds, in metres, before any camera."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from modeling.training.datasets.labels import Span
from modeling.training.synthetic.bodies.anatomy import TAKE_JOINTS
from modeling.training.synthetic.bodies.furniture import Box
from modeling.training.synthetic.bodies.people import Person

EndPosture = Literal[
    "upright", "on furniture", "sitting", "against wall", "kneeling", "back", "front", "side"
]
"""How the take ends; the last six are on the floor, the last three lie flat."""
FLAT: frozenset[EndPosture] = frozenset({"back", "front", "side"})


@dataclass(frozen=True)
class TakeFacts:
    """What is known of a take beside its joints.

    `is_fall` is True where somebody ends on the floor who did not mean to. `spans` are `fall` (from
    the loss of balance until a second after the body rests) and `lying` (flat, on the floor or
    on a bed), with uncertain edges; `on_floor` is from when until when the body is on the floor,
    lying or not, in seconds.
    """

    kind: str
    seed: int
    person: Person
    is_fall: bool
    end_posture: EndPosture
    boxes: tuple[Box, ...]
    spans: tuple[Span, ...]
    on_floor: tuple[float, float] | None


_FACTS = TypeAdapter(TakeFacts)


@dataclass(frozen=True, eq=False)
class Take:
    """`times` (T,) float64 in s at TAKE_RATE_HZ, from 0 on; `joints` (T, J, 3) float32.

    The joints are those of TAKE_JOINTS, in m; z points up and the floor is at 0.
    """

    facts: TakeFacts
    times: NDArray[np.float64]
    joints: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.joints.shape != (len(self.times), len(TAKE_JOINTS), 3):
            raise ValueError(f"joints must be (T, {len(TAKE_JOINTS)}, 3), got {self.joints.shape}")

    def height_of(self, joint: str) -> NDArray[np.float32]:
        """How high the joint is above the floor, (T,) in m."""
        return self.joints[:, TAKE_JOINTS.index(joint), 2]

    def save(self, path: Path) -> None:
        """Write the take as compressed plain arrays (`.npz`)."""
        facts = np.frombuffer(_FACTS.dump_json(self.facts), dtype=np.uint8)
        with path.open("wb") as file:
            np.savez_compressed(file, times=self.times, joints=self.joints, facts=facts)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; raises ValueError, KeyError or OSError when it is none."""
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            facts = _FACTS.validate_json(arrays["facts"].tobytes())
            return cls(facts, arrays["times"], arrays["joints"])
