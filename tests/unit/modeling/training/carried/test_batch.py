"""How the rows of a table come to a model."""

from io import BytesIO

import pytest

from modeling.training.carried import batch
from modeling.training.carried.batch import Table


@pytest.mark.parametrize(("columns", "expected"), [(1, [5, 2]), (4, [2, 2, 2, 1]), (20, [1] * 7)])
def test_wide_rows_come_fewer_at_a_time(
    monkeypatch: pytest.MonkeyPatch, columns: int, expected: list[int]
) -> None:
    monkeypatch.setattr(batch, "PART_ROWS", 5)
    monkeypatch.setattr(batch, "PART_CELLS", 10)
    line = ",".join(["x"] * columns) + "\n"
    assert [len(part) for part in Table.of(BytesIO(line.encode() * 8)).parts()] == expected
