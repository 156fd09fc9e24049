"""The tables of what people say. Times are seconds since 1970 (UTC).

comments   one row a comment
ratings    one row per person and a subject: the last that was given

A subject is of another room, and may be of another database: no key leads to it.
"""

from sqlalchemy import Column, Float, Index, Integer, Table, Text, UniqueConstraint

from backend.storage.tables import metadata

comments = Table(
    "comments",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("person_id", Integer),
    Column("text", Text, nullable=False),
    Column("at", Float, nullable=False),
    Column("edited_at", Float),
    Index("comments_by_subject", "subject_kind", "subject_id"),
    sqlite_autoincrement=True,
)
"""A number is not given twice: who deletes a comment late is not to hit another one."""

ratings = Table(
    "ratings",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("person_id", Integer),
    Column("stars", Integer, nullable=False),
    Column("at", Float, nullable=False),
    UniqueConstraint("subject_kind", "subject_id", "person_id"),
)
