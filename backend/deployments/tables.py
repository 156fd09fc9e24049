"""The table of deployments. Who serves on the camera boxes is an alias: `backend.versions`."""

from sqlalchemy import Column, Float, Index, Integer, Table, Text

from backend.storage.tables import factory_metadata

deployments = Table(
    "deployments",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("household_id", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("shares", Text, nullable=False),
    Column("previous_shares", Text),
    Column("job_id", Text),
    Column("file", Text),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("ended_at", Float),
    Index("deployments_by_household", "household_id", "number"),
)
