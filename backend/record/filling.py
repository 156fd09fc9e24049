"""Rows of Python as a table of DuckDB."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from backend.storage.duck import quoted

if TYPE_CHECKING:
    import duckdb

Rows = Sequence[Sequence[object]]


def fill(
    cursor: "duckdb.DuckDBPyConnection", table: str, types: Mapping[str, str], rows: Rows
) -> None:
    """Make `table` with columns of these `types`, in their order, and put `rows` into it."""
    columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in types.items())
    cursor.execute(f"CREATE OR REPLACE TABLE {quoted(table)} ({columns})")
    if not rows:
        return
    values = zip(*rows, strict=True)
    filled = {
        name: _array(column, kind)
        for (name, kind), column in zip(types.items(), values, strict=True)
    }
    cursor.register("filled", filled)
    cursor.execute(f"INSERT INTO {quoted(table)} SELECT * FROM filled")  # noqa: S608
    cursor.unregister("filled")


def _array(column: Sequence[Any], kind: str) -> NDArray[Any]:
    if kind == "DOUBLE":
        return np.array(column, dtype=np.float64)  # None is NaN, and NaN is NULL
    if kind == "BIGINT":
        missing = [value is None for value in column]
        return np.ma.masked_array([value or 0 for value in column], missing, np.int64)
    return np.array(column, dtype=object)
