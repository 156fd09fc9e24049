"""The table of servers. Times are seconds since 1970 by the database's clock."""

from sqlalchemy import Column, Float, Table, Text

from backend.storage.tables import metadata

servers = Table(
    "servers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seen_at", Float, nullable=False),
)
"""A row says that a server runs, or that it was killed and nobody has taken over from it."""
