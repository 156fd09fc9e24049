"""The audit log. Times are seconds since 1970 (UTC)."""

from sqlalchemy import Column, Float, Index, Integer, Table, Text

from backend.storage.tables import metadata

audit_log = Table(
    "audit_log",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("person_id", Integer),
    Column("action", Text, nullable=False),
    Column("subject", Text),
    Column("way", Text),
    Column("at", Float, nullable=False),
    Index("audit_log_by_time", "household_id", "at"),
)
"""Without a `person_id` it was the household's API_KEY."""
