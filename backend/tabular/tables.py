"""The tables of tabular models. Times are seconds since 1970 (UTC).

predictions   one row an answer, in the order in which they were given
batches       one row per table that a job answers; `spec` names what it needs until it is finished
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, Table, Text

from backend.storage.tables import factory_metadata

predictions = Table(
    "predictions",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("prediction_id", Text, nullable=False, unique=True),
    Column("household_id", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("model", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("row", Text, nullable=False),
    Column("value", Float, nullable=False),
    Column("low", Float),
    Column("high", Float),
    Column("is_generated", Boolean, nullable=False),
    Index("predictions_by_model", "household_id", "model", "number"),
    sqlite_autoincrement=True,
)

batches = Table(
    "batches",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("job_id", Text, nullable=False, unique=True),
    Column("household_id", Integer, nullable=False),
    Column("model", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("spec", Text),
    Column("file", Text),
    Column("rows", Integer),
    Column("bytes", BigInteger),
    Column("is_generated", Boolean, nullable=False),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
    Index("batches_by_model", "household_id", "model", "number"),
)
