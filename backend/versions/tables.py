"""The tables of versions, of their comparisons, and of who serves."""

from sqlalchemy import Column, Float, Index, Integer, Table, Text, UniqueConstraint

from backend.storage.tables import factory_metadata

versions = Table(
    "versions",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("household_id", Integer, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("files", Text, nullable=False),
    Column("metrics", Text, nullable=False),
    Column("base_id", Text),
    Column("dataset_version_ids", Text, nullable=False),
    Column("job_id", Text, unique=True),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    Column("removed_at", Float),
    Index("versions_by_recipe", "household_id", "recipe", "number"),
)

comparisons = Table(
    "comparisons",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("household_id", Integer, nullable=False),
    Column("version_ids", Text, nullable=False),
    Column("job_id", Text, nullable=False, unique=True),
    Column("stretches", Text, nullable=False),
    Column("report", Text),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
)

aliases = Table(
    "aliases",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("alias", Text, nullable=False),
    Column("version_id", Text, nullable=False),
    Column("moved_at", Float, nullable=False),
    UniqueConstraint("household_id", "recipe", "alias"),
)

alias_moves = Table(
    "alias_moves",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("alias", Text, nullable=False),
    Column("from_version_id", Text),
    Column("to_version_id", Text, nullable=False),
    Column("moved_by", Integer),
    Column("reason", Text, nullable=False),
    Column("at", Float, nullable=False),
    Index("alias_moves_by_time", "household_id", "number"),
)

shadow_days = Table(
    "shadow_days",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("version_id", Text, nullable=False),
    Column("production_id", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("windows", Integer, nullable=False),
    Column("more", Integer, nullable=False),
    Column("fewer", Integer, nullable=False),
    Column("dropped", Integer, nullable=False),
    UniqueConstraint("version_id", "production_id", "day"),
)
