"""The tables of erasures. Times are seconds since 1970 (UTC)."""

from sqlalchemy import Column, Float, Index, Integer, Table, Text

from backend.storage.tables import metadata

erasures = Table(
    "erasures",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("person_id", Integer),
    Column("camera_id", Text),
    Column("since", Float),
    Column("until", Float),
    Column("asked_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("events", Integer, nullable=False),
    Column("incidents", Integer, nullable=False),
    Column("alerts", Integer, nullable=False),
    Column("notes", Integer, nullable=False),
    Column("poses", Integer, nullable=False),
    Column("dataset_files", Integer, nullable=False),
    Column("pictures", Integer, nullable=False),
    Column("conversations", Integer, nullable=False),
    Column("predictions", Integer, nullable=False),
    Column("batches", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("learnt", Text, nullable=False),
    Index("erasures_by_time", "household_id", "asked_at"),
)
"""Without a `person_id` it was the household's API_KEY, or nobody's wish: `kind` is an ErasureKind.
`kept` incidents went on, and were left. `learnt` is JSON."""

parts = Table(
    "erasure_parts",
    metadata,
    Column("erasure", Integer, primary_key=True, autoincrement=False),
    Column("server", Text, primary_key=True),
    Column("segment", Integer, nullable=False),
    Column("progress", Float, nullable=False),
    Column("finished_at", Float),
)
"""What each server does of an erasure. `segment` is the number of its journal's last file whose
lines are in `events` of the erasure already; `progress` is from 0 to 1."""
