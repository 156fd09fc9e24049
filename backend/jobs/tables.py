"""The tables of jobs, and of the workers that carry them out."""

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from backend.storage.tables import factory_metadata

jobs = Table(
    "jobs",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("household_id", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claim", Integer, nullable=False, server_default="0"),
    Column("worker", Text),
    Column("cancel_asked_at", Float),
    Column("done", Float),
    Column("total", Float),
    Column("doing", Text),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    Column("not_before", Float),
    Column("started_at", Float),
    Column("heartbeat_at", Float),
    Column("ended_at", Float),
    Column("time_limit_sec", Float, nullable=False),
    Column("failure", Text),
    Column("result", Text),
    Index("jobs_by_state", "state", "queue", "number"),
    Index("jobs_by_kind", "household_id", "kind", "number"),
)

job_lines = Table(
    "job_lines",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("job_id", Text, ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("at", Float, nullable=False),
    Column("line", Text, nullable=False),
    Index("job_lines_by_job", "job_id", "number"),
)

job_metrics = Table(
    "job_metrics",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("job_id", Text, ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("fit", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("value", Float, nullable=False),
    UniqueConstraint("job_id", "fit", "name", "epoch"),
    sqlite_autoincrement=True,  # what is said again is news
)

workers = Table(
    "workers",
    factory_metadata,
    Column("name", Text, primary_key=True),
    Column("queues", Text, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("heartbeat_at", Float, nullable=False),
    Column("missing_modules", Text, nullable=False),
    Column("missing_trackers", Text, nullable=False),
)
