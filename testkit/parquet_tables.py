"""Parquet files of all makes, by DuckDB."""

import tempfile
from pathlib import Path

import duckdb


def parquet(select: str, options: str = "", before: str = "") -> bytes:
    """What a question answers, as a Parquet file; `options` go to COPY."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as duck:
        path = Path(folder) / "made.parquet"
        duck.execute(f"{before} COPY ({select}) TO '{path}' (FORMAT parquet{options})")
        return path.read_bytes()


def encrypted_parquet() -> bytes:
    """One whose footer is encrypted."""
    key = "SET force_mbedtls_unsafe = 'true'; PRAGMA add_parquet_key('k', '0123456789abcdef');"
    return parquet("SELECT 1 AS a", ", ENCRYPTION_CONFIG {footer_key: 'k'}", key)


def huge_page() -> bytes:
    """A few kilobytes that are one text of 270 MB once they are unpacked."""
    return parquet("SELECT repeat('a', 270_000_000) AS a", ", COMPRESSION zstd")
