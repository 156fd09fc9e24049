"""A closed file of the journal as Parquet: made, and looked at before anybody relies on it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from backend.record.event_rows import TYPES, EventRow, rows_of
from backend.record.filling import fill
from backend.record.tally import TALLY_SQL, Tally, are_same, read_tally, tally_of
from backend.storage.duck import Duck, quoted_text

if TYPE_CHECKING:
    import duckdb

MAKING_SEC = 300.0
CHECKING_SEC = 30.0
DIFFERS = "its counts and sums are not those of the log"


def make(source: Path, target: Path) -> None:
    """Write the events of the journal's file `source` to `target`, and see that they are all there.

    Raises OSError, DatabaseUnavailable, and ValueError where the two differ.
    """
    with source.open("rb") as lines:
        rows = list(rows_of(lines))
    duck = Duck([target.parent])
    try:
        _write(duck, target, rows)
        if reason := difference(duck, target):
            raise ValueError(reason)
    finally:
        duck.close()


def difference(duck: Duck, parquet: Path) -> str | None:
    """What of a Parquet file is not as it says that the journal's file was; None if nothing.

    `duck` may read its folder.
    """
    import duckdb

    with duck.connected(CHECKING_SEC) as cursor:
        try:
            said = _said(cursor, parquet)
            found = cursor.execute(TALLY_SQL.format(source=reading([parquet]))).fetchall()
        except (duckdb.Error, ValueError, TypeError):
            return "it cannot be read"
    return None if are_same(said, read_tally(found)) else DIFFERS


def reading(parquets: Sequence[Path]) -> str:
    """Their rows, as SQL has them after FROM."""
    return f"read_parquet([{', '.join(quoted_text(str(path)) for path in parquets)}])"


def _write(duck: Duck, target: Path, rows: Sequence[EventRow]) -> None:
    tallies = quoted_text(json.dumps(tally_of(rows)))
    with duck.connected(MAKING_SEC) as cursor:
        fill(cursor, "rows", TYPES, rows)
        cursor.execute(
            "COPY (FROM rows ORDER BY camera_id, event_type, at_us) "
            f"TO {quoted_text(str(target))} (FORMAT parquet, PARQUET_VERSION v2, "
            f"COMPRESSION zstd, COMPRESSION_LEVEL 9, KV_METADATA {{tallies: {tallies}}})"
        )


def _said(cursor: "duckdb.DuckDBPyConnection", parquet: Path) -> list[Tally]:
    """What was counted in the journal's file; raises duckdb.Error, ValueError and TypeError."""
    sql = "SELECT value FROM parquet_kv_metadata(?) WHERE key = 'tallies'::BLOB"
    row = cursor.execute(sql, [str(parquet)]).fetchone()
    if row is None:
        raise ValueError("expected to be told what was counted")
    return [Tally(*one) for one in json.loads(row[0])]
