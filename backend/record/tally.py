"""What is in a set of events, so that two ways to read them can be compared."""

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from backend.record.event_rows import TYPES, EventRow
from backend.storage.duck import Cells

EXACTLY = 1e-9
"""Sums of fractions differ by the order in which they are added, and by no more than this."""
FRACTIONS = tuple(name for name, kind in TYPES.items() if kind == "DOUBLE")
TALLY_SQL = f"""
    SELECT camera_id, event_type, count(*), min(at_us), max(at_us), sum(at_us)::HUGEINT::VARCHAR,
        sum({" + ".join(f"coalesce({name}, 0)" for name in FRACTIONS)})
    FROM {{source}} GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 (names of columns)


class Tally(NamedTuple):
    """Of one camera and type: how many events, the first and last, and the sums of their numbers.

    Times are in microseconds since 1970; `fractions` is the sum of all columns that hold some.
    """

    camera_id: str
    event_type: str
    events: int
    first_us: int
    last_us: int
    sum_us: int
    fractions: float

    def is_as(self, other: "Tally") -> bool:
        """Whether both say the same."""
        return self[:-1] == other[:-1] and math.isclose(
            self.fractions, other.fractions, rel_tol=EXACTLY, abs_tol=EXACTLY
        )


def tally_of(rows: Iterable[EventRow]) -> list[Tally]:
    """That of these events, by camera and type in their order."""
    found: defaultdict[tuple[str, str], list[EventRow]] = defaultdict(list)
    for row in rows:
        found[row.camera_id, row.event_type].append(row)
    return [_tally(key, found[key]) for key in sorted(found, key=_in_utf8)]


def read_tally(cells: Iterable[Cells]) -> list[Tally]:
    """That of what TALLY_SQL answers."""
    return [Tally._make((*row[:5], int(row[5]), row[6])) for row in cells]


def are_same(one: list[Tally], other: list[Tally]) -> bool:
    """Whether both are of the same events, as far as a tally says."""
    return len(one) == len(other) and all(
        mine.is_as(its) for mine, its in zip(one, other, strict=True)
    )


def _tally(key: tuple[str, str], rows: list[EventRow]) -> Tally:
    times = [row.at_us for row in rows]
    fractions = math.fsum(getattr(row, name) or 0.0 for row in rows for name in FRACTIONS)
    return Tally(*key, len(rows), min(times), max(times), sum(times), fractions)


def _in_utf8(key: tuple[str, str]) -> tuple[bytes, bytes]:
    """DuckDB sorts texts by their bytes."""
    return key[0].encode(), key[1].encode()
