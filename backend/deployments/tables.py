"""The tables of deployments. Who serves on the camera boxes is an alias: `backend.versions`."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, Table, Text, UniqueConstraint

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
    Column("note", Text),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("ended_at", Float),
    Index("deployments_by_household", "household_id", "number"),
)

deployment_moves = Table(
    "deployment_moves",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("deployment_id", Text, nullable=False),
    Column("from_shares", Text),
    Column("to_shares", Text),
    Column("moved_by", Integer),
    Column("reason", Text, nullable=False),
    Column("at", Float, nullable=False),
    Index("deployment_moves_by_deployment", "deployment_id", "number"),
)
"""What camera boxes serve is not here: its moves are those of the alias."""

edge_packages = Table(
    "edge_packages",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("package", Text, nullable=False),
    UniqueConstraint("household_id", "recipe", "sequence"),
)
"""What camera boxes were offered; the newest is what they are to serve."""
