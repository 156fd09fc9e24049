"""The checkpoint that a run goes on from, instead of from new weights."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from modeling.training.datasets.examples import Examples

F = TypeVar("F")


@dataclass(frozen=True)
class Base(Generic[F]):
    """What was `fitted`, in which `version`, and the groups and sources that it has learnt from."""

    version: str
    groups: frozenset[str]
    sources: frozenset[str]
    fitted: F

    def for_fit(self, held_out: Examples | None) -> F | None:
        """What a fit may go on from; None where it has learnt from some of what is held out."""
        if held_out is not None and not self.groups.isdisjoint(held_out.groups.tolist()):
            return None
        return self.fitted
