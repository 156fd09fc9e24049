"""What a benchmark finds: our runs and a peer's at the same work, by turns."""

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One run of one side.

    `value` is in the comparison's unit, `done` the pieces of work that were finished. `cpu_sec` is
    of all processes that did the work; whoever asked for it is left out.
    """

    value: float
    done: float
    wall_sec: float
    cpu_sec: float
    p99_ms: float | None = None
    p50_ms: float | None = None

    @property
    def cpu_ms_each(self) -> float:
        """CPU milliseconds a piece of work."""
        return self.cpu_sec / self.done * 1000


@dataclass(frozen=True)
class Comparison:
    """One claim, measured: runs of ours and of the peer's, alternating, in one go.

    `better` says whether a higher or a lower value is. `target` is how many times better ours is to
    be; `p99_limit_ms` what none of our runs may exceed, where that is claimed.
    """

    name: str
    work: str
    peer: str
    unit: str
    better: Literal["higher", "lower"]
    target: float
    command: str
    ours: tuple[Run, ...]
    peers: tuple[Run, ...]
    p99_limit_ms: float | None = None

    @property
    def ratios(self) -> list[float]:
        """How many times better ours is, a figure a pair of runs."""
        pairs = [(ours.value, peer.value) for ours, peer in zip(self.ours, self.peers, strict=True)]
        return [ours / peer if self.better == "higher" else peer / ours for ours, peer in pairs]

    @property
    def cpu_ratio(self) -> float | None:
        """How many times less CPU ours takes for a piece of work; None where it takes none."""
        ours, peer = (_middle_cpu(runs) for runs in (self.ours, self.peers))
        return peer / ours if ours and peer else None

    @property
    def is_reached(self) -> bool:
        """Whether the claim holds: the median of the ratios, and the limit in every run."""
        limit = self.p99_limit_ms
        late = limit is not None and any(
            run.p99_ms is None or run.p99_ms > limit for run in self.ours
        )
        return statistics.median(self.ratios) >= self.target and not late


def _middle_cpu(runs: Sequence[Run]) -> float:
    return statistics.median(run.cpu_ms_each for run in runs)


_COMPARISON = TypeAdapter(Comparison)


def save(comparison: Comparison, folder: Path) -> None:
    """Write it to `folder` as JSON, under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{comparison.name}.json"
    path.write_bytes(_COMPARISON.dump_json(comparison, indent=1))


def load(path: Path) -> Comparison:
    """What `save` wrote."""
    return _COMPARISON.validate_json(path.read_bytes())
