"""What networks learn from, whatever it shows: arrays with a row for each example."""

import hashlib
from collections.abc import Sequence, Set
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray


class SplitError(ValueError):
    """Examples or clips cannot be split as asked, or a split tears a group apart."""


@dataclass(frozen=True)
class Examples:
    """N examples; every field of a subclass is an array with N rows too.

    `groups` (N,) names the event or scene that each shows, which no split parts.
    """

    groups: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.groups)

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """Join them in their order."""
        return cls(*(
            np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)
        ))  # fmt: skip

    def where(self, chosen: NDArray[np.bool_]) -> Self:
        """Those for which (N,) `chosen` holds."""
        return type(self)(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def of_groups(self, groups: Set[str]) -> Self:
        """Those of some groups."""
        return self.where(np.isin(self.groups, sorted(groups)))

    def at_most(self, count: int) -> Self:
        """So many of them, evenly spread over all, or all where they are not more."""
        chosen = np.zeros(len(self), dtype=np.bool_)
        chosen[np.linspace(0, len(self) - 1, min(count, len(self))).astype(int)] = True
        return self.where(chosen)

    def without(self, held_out: Set[str]) -> Self:
        """All but those of some groups; raises SplitError where none or all would be left."""
        kept = ~np.isin(self.groups, sorted(held_out))
        if kept.all() or not kept.any():
            raise SplitError("a split needs examples on both sides")
        return self.where(kept)

    def digest(self) -> str:
        """Changes with any value of any example, and with their order."""
        digest = hashlib.sha256()
        for field in fields(self):
            array = np.ascontiguousarray(getattr(self, field.name))
            digest.update(f"{field.name} {array.dtype} {array.shape}".encode())
            digest.update(array.data if array.dtype.kind != "U" else array.tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Windows(Examples):
    """Windows to learn from: `features` (N, 16, F), and (N, L) `targets` and `weights`.

    A weight of 0 marks a target whose truth is uncertain.
    """

    features: NDArray[np.float32]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
