"""Parquet files by way of DuckDB."""

from pathlib import Path

from backend.storage.duck import Duck, quoted_text

GROUP_CELLS, LEAST_GROUP_ROWS, MOST_GROUP_ROWS = 2**21, 2_048, 122_880
"""A group of rows is held in memory while it is written."""
WRITE_SEC = 3_600.0


def parquet_source(path: Path, columns: int) -> str:
    """What DuckDB can read its columns from, which are `c0`, `c1` … there."""
    names = ", ".join(f"c{at}" for at in range(columns))
    return f"read_parquet({quoted_text(str(path))}) AS own({names})"


def write_parquet(duck: Duck, question: str, path: Path, columns: int) -> None:
    """Write what the question answers; raises what `Duck.ask` does."""
    rows = max(LEAST_GROUP_ROWS, min(MOST_GROUP_ROWS, GROUP_CELLS // max(columns, 1)))
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {rows}"
    duck.ask(f"COPY ({question}) TO {quoted_text(str(path))} ({options})", timeout_sec=WRITE_SEC)
