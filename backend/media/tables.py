"""The tables of pictures. Times are seconds since 1970 (UTC).

images          one row per picture
image_results   what jobs made of it
image_views     who looked at which file of it
consents        that the household keeps pictures, of whom and how long
"""

from sqlalchemy import (
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

images = Table(
    "images",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("household_id", Integer, nullable=False),
    Column("person_id", Integer),
    Column("camera_id", Text),
    Column("incident_id", Text),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("failure", Text),
    Column("width", Integer),
    Column("height", Integer),
    Column("colour_profile", Text),
    Column("taken_at", Float),
    Column("keeps_place", Boolean, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("created_at", Float, nullable=False),
    Column("confirmed_at", Float),
    Column("delete_at", Float),
    Index("images_by_household", "household_id", "number"),
    Index("images_by_state", "state", "created_at"),
)

image_results = Table(
    "image_results",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("image_id", Text, ForeignKey("images.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("job_id", Text, nullable=False),
    Column("remark", Text),
    Column("made_at", Float, nullable=False),
    UniqueConstraint("image_id", "name"),
)

image_views = Table(
    "image_views",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("image_id", Text, nullable=False),
    Column("person_id", Integer),
    Column("what", Text, nullable=False),
    Column("at", Float, nullable=False),
    Index("image_views_by_image", "image_id", "number"),
)
"""They stay when the picture goes."""

consents = Table(
    "consents",
    factory_metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("camera_id", Text),
    Column("days", Integer),
    Column("given_by", Integer),
    Column("given_at", Float, nullable=False),
    UniqueConstraint("household_id", "camera_id"),
)
