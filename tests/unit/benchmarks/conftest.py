"""Comparisons that nobody measured."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from benchmarks.comparison import Comparison, Run


def _runs(values: Sequence[float], p99_ms: float | None) -> tuple[Run, ...]:
    return tuple(Run(value, 10, 2.0, value / 100, p99_ms) for value in values)


@pytest.fixture
def make_comparison() -> Callable[..., Comparison]:
    """Makes one from the values of both sides; a run is of ten pieces and `value` / 100 CPU s."""

    def make(
        ours: Sequence[float] = (20, 30, 60),
        peers: Sequence[float] = (10, 10, 10),
        p99_ms: float | None = None,
        **fields: Any,
    ) -> Comparison:
        given: dict[str, Any] = {
            "name": "analyze_json",
            "work": "Lines copied by hand.",
            "peer": "a quill",
            "unit": "lines/s",
            "better": "higher",
            "target": 3,
            "command": "python -m benchmarks.quill",
        }
        sides = {"ours": _runs(ours, p99_ms), "peers": _runs(peers, None)}
        return Comparison(**{**given, **sides, **fields})

    return make
