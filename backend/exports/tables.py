"""The table of exports."""

from sqlalchemy import Column, Float, Index, Integer, Table, Text

from backend.storage.tables import factory_metadata

exports = Table(
    "exports",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("household_id", Integer, nullable=False),
    Column("version_id", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("precision", Text, nullable=False),
    Column("job_id", Text, nullable=False, unique=True),
    Column("file", Text),
    Column("file_name", Text),
    Column("bytes", Integer),
    Column("difference", Float),
    Column("checked_on", Text),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
    Index("exports_by_version", "version_id", "number"),
)
