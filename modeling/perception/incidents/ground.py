"""The ground that a camera sees, learnt from people who walk on it and from where they rest.

Of two lines of geometry one is used: on level ground the height of somebody who stands grows
linearly with how far down in the picture the feet are (Hoiem, Efros and Hebert, "Putting objects
in perspective", 2008). Where upright people's feet stood is ground; a place from which people who
were low got up by themselves again and again is furniture.
"""

from collections.abc import Iterable
from itertools import combinations
from statistics import median

from pydantic import BaseModel, ConfigDict, Field

from modeling.perception.windows.posture import Point, Posture

COLUMNS, ROWS = 32, 24
HEIGHTS_A_ROW = 15
"""Of standing people, the newest, for each row of the grid."""
LEAST_ROWS = 3
"""With feet in fewer rows there is no line, and the nearest row says how high people are."""
LEAST_STEPS = 3
"""Upright poses with the feet there make a cell ground that is walked on."""
REACH = 1
"""Cells around one that is walked on that are ground as well."""
LEAST_RESTS = 3
MOST_STEPS = 1000

Cell = tuple[int, int]


class GroundRecord(BaseModel):
    """What is kept of a ground: rows of standing heights, and (column, row, count) of cells."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    heights: dict[int, list[float]] = Field(default_factory=dict)
    steps: list[tuple[int, int, int]] = Field(default_factory=list)
    rests: list[tuple[int, int, int]] = Field(default_factory=list)


class Ground:
    """The ground before one camera; points are as in `Posture`."""

    def __init__(self, record: GroundRecord | None = None) -> None:
        record = record or GroundRecord()
        self._heights = {row: list(heights) for row, heights in record.heights.items()}
        self._steps = {(column, row): count for column, row, count in record.steps}
        self._rests = {(column, row): count for column, row, count in record.rests}
        self._line: tuple[float, float] | None = None
        self._is_stale = True

    def walked(self, posture: Posture) -> None:
        """Take the pose of somebody who stands or walks, whole in the picture."""
        if posture.feet is None or posture.outside > 0.0 or posture.top < 0.0:
            return
        column, row = _cell(posture.feet, posture.aspect)
        self._steps[column, row] = min(self._steps.get((column, row), 0) + 1, MOST_STEPS)
        heights = self._heights.setdefault(row, [])
        heights.append(round(posture.height, 4))
        del heights[:-HEIGHTS_A_ROW]
        self._is_stale = True

    def rested(self, posture: Posture) -> None:
        """Somebody was low there and has got up by himself."""
        cell = _cell(posture.hips, posture.aspect)
        self._rests[cell] = min(self._rests.get(cell, 0) + 1, MOST_STEPS)

    def standing_height(self, at: float) -> float | None:
        """How high somebody is who stands `at` that far down, None while nobody did."""
        if not self._heights:
            return None
        if self._is_stale:
            self._line, self._is_stale = _line(self._heights), False
        if self._line is not None:
            slope, start = self._line
            return max(slope * at + start, 0.0)
        nearest = min(self._heights, key=lambda row: abs(row - at * ROWS))
        return median(self._heights[nearest])

    def is_walked(self, point: Point, aspect: float) -> bool:
        """Whether people walk there, or right beside it."""
        return any(
            self._steps.get(cell, 0) >= LEAST_STEPS for cell in _around(_cell(point, aspect))
        )

    def is_rest(self, point: Point, aspect: float) -> bool:
        """Whether people rest there as a rule."""
        return sum(self._rests.get(cell, 0) for cell in _around(_cell(point, aspect))) >= (
            LEAST_RESTS
        )

    @property
    def record(self) -> GroundRecord:
        """What to keep for the next start."""
        return GroundRecord(
            heights=self._heights,
            steps=[(*cell, count) for cell, count in self._steps.items()],
            rests=[(*cell, count) for cell, count in self._rests.items()],
        )


def _cell(point: Point, aspect: float) -> Cell:
    column, row = int(point[0] / aspect * COLUMNS), int(point[1] * ROWS)
    return min(max(column, 0), COLUMNS - 1), min(max(row, 0), ROWS - 1)


def _around(cell: Cell) -> Iterable[Cell]:
    near = range(-REACH, REACH + 1)
    return ((cell[0] + right, cell[1] + down) for right in near for down in near)


def _line(heights: dict[int, list[float]]) -> tuple[float, float] | None:
    """Slope and start of height over place, robust against a few that were no people (Theil, 1950;
    Sen, 1968); None where the feet were in too few rows."""
    rows = {(row + 0.5) / ROWS: median(values) for row, values in heights.items()}
    if len(rows) < LEAST_ROWS:
        return None
    slope = median((rows[b] - rows[a]) / (b - a) for a, b in combinations(rows, 2))
    return slope, median(height - slope * place for place, height in rows.items())
