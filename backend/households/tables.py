"""The table of households' keys. Times are seconds since 1970 (UTC)."""

from sqlalchemy import Column, Float, ForeignKey, Integer, Table, Text

from backend.storage.tables import metadata

household_keys = Table(
    "household_keys",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, ForeignKey("households.number"), nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("created_by", Integer, ForeignKey("people.number")),
    Column("created_at", Float, nullable=False),
    Column("ended_at", Float),
)
"""Each opens all of its household, as the API_KEY does of the first one."""
