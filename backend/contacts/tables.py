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
    Column("tested_at", Float),
    Column("confirmed_at", Float),
    Column("silent_at", Float),
    Column("removed_at", Float),
    Column("removed_because", Text),
    Index("contacts_by_person", "person_id"),
)
"""`address` is a secret: what reaches the person, in the form that `kind` has for it.

`tested_at` is when its service took a test. `confirmed_at` is when the person said that one had
arrived, `silent_at` when they said that it had not: of the two only one is set."""
