"""The tables of looks. Times are seconds since 1970 (UTC).

looks         one row a look, learnt or to be
look_shares   links by which others get one
night_looks   one row a household: which is used in the dark, as camera boxes get it
"""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, Table, Text

from backend.storage.tables import factory_metadata

looks = Table(
    "looks",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("household_id", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("learnt_from", Text, nullable=False),
    Column("job_id", Text, nullable=False, unique=True),
    Column("figures", Text),
    Column("bytes", Integer),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("removed_at", Float),
    Index("looks_by_household", "household_id", "number"),
)

look_shares = Table(
    "look_shares",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("look_id", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("created_by", Integer),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
)

night_looks = Table(
    "night_looks",
    factory_metadata,
    Column("household_id", Integer, primary_key=True),
    Column("look_id", Text),
    Column("package", Text),
    Column("sequence", BigInteger, nullable=False),
    Column("chosen_by", Integer),
    Column("chosen_at", Float, nullable=False),
)
