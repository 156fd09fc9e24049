"""The table of servers. Times are seconds since 1970 by the database's clock."""

from sqlalchemy import Boolean, Column, Float, Table, Text

from backend.storage.tables import metadata

servers = Table(
    "servers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seen_at", Float, nullable=False),
    Column("is_settled", Boolean, nullable=False),
    Column("secret", Text, nullable=False),
)
"""All that ever ran: each has a journal of its own, also while it is away. One that `is_settled`
has stopped, or somebody has taken over from it. `secret` is what its JWT_SECRET_KEY is known again
by."""
