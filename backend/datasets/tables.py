"""The tables of data sets. What a version holds is in its manifest, a file among the blobs."""

from sqlalchemy import (
    BigInteger,
    Boolean,
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

datasets = Table(
    "datasets",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("household_id", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("of_record", Boolean, nullable=False),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    Column("removed_at", Float),
    Index("datasets_by_household", "household_id", "number"),
)

dataset_versions = Table(
    "dataset_versions",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("dataset_id", Text, ForeignKey("datasets.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("manifest", Text, nullable=False),
    Column("files", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("summary", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("subset_of", Text),
    Column("subset", Text),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    UniqueConstraint("dataset_id", "version"),
)

uploads = Table(
    "uploads",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("household_id", Integer, nullable=False),
    Column("dataset_id", Text),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text),
    Column("only_changes", Boolean, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("doing", Text),
    Column("done", BigInteger),
    Column("total", BigInteger),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    Column("touched_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("version_id", Text),
    Column("failure", Text),
)

dataset_shares = Table(
    "dataset_shares",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("version_id", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
)

record_erasures = Table(
    "record_erasures",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("files", Text, nullable=False),
    Column("blobs", Text, nullable=False),
    Column("version_ids", Text, nullable=False),
    Column("is_told", Boolean, nullable=False),
)
"""What an erasure of the record took out of data sets: workers look here for copies of theirs.
`files` and `blobs` are digests, as JSON: of the erased files, and of all content that went with
them. One that `is_told` stands in the household's list of erasures."""

blob_owner = Table("blob_owner", factory_metadata, Column("id", Text, primary_key=True))
