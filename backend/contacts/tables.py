"""The table of contacts. Times are seconds since 1970 (UTC)."""

from sqlalchemy import Column, Float, Index, Integer, Table, Text

from backend.storage.tables import metadata

contacts = Table(
    "contacts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("person_id", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("confirmed_at", Float),
    Column("removed_at", Float),
    Index("contacts_by_person", "person_id"),
)
"""`address` is a secret: what reaches the person, in the form that `kind` has for it.

`confirmed_at` is when the person said that a test had arrived."""
