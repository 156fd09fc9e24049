"""The tables of cameras and of who is with the person. Times are seconds since 1970 (UTC)."""

from sqlalchemy import Column, Float, Integer, Table, Text

from backend.storage.tables import metadata

cameras = Table(
    "cameras",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("camera_id", Text, nullable=False, unique=True),
    Column("key_digest", Text),
    Column("paired_at", Float),
    Column("removed_at", Float),
)
"""`key_digest` is of the key that a box was given for a code; NULL where it shows another one."""

pairing_codes = Table(
    "pairing_codes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("camera_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("created_by", Integer),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float),
)

visits = Table(
    "visits",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("person_id", Integer),
    Column("began_at", Float, nullable=False),
    Column("until", Float, nullable=False),
)
"""Somebody has said "I am here" until then."""

self_tests = Table(
    "self_tests",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("camera_id", Text, nullable=False),
    Column("incident_id", Text),
    Column("asked_at", Float, nullable=False),
    Column("began_at", Float),
)
"""`asked_at` is when the camera box was to begin, `began_at` when its START came."""
