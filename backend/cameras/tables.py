"""The tables of cameras and of who is with the person. Times are seconds since 1970 (UTC)."""

from sqlalchemy import Column, Float, Integer, Table, Text, UniqueConstraint

from backend.storage.tables import metadata

cameras = Table(
    "cameras",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("camera_id", Text, nullable=False, unique=True),
    Column("place", Text),
    Column("key_digest", Text),
    Column("paired_at", Float),
    Column("removed_at", Float),
)
"""`place` says in the household's words where it hangs. `key_digest` is of the key that a box was
given for a code; NULL where it shows another one."""

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
    Column("wrong_tries", Integer, nullable=False, server_default="0"),
)
"""`digest` is of the code and its own salt. A code that is guessed at dies with its wrong tries."""

found_cameras = Table(
    "found_cameras",
    metadata,
    Column("household_id", Integer, primary_key=True, autoincrement=False),
    Column("camera_id", Text, primary_key=True),
    Column("found", Text, nullable=False),
    Column("found_at", Float, nullable=False),
    Column("chosen", Text),
)
"""`found` is what the box of the camera has found in its network, `chosen` the stream that it is to
watch; both as JSON of `contract.found_cameras`."""

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
    Column("asked_by", Integer),
    Column("scheduled_for", Float),
    Column("began_at", Float),
    Column("asked_again_at", Float),
    Column("over_at", Float),
    UniqueConstraint("household_id", "scheduled_for"),
)
"""`asked_at` is when the camera box was to begin, `began_at` when its START came. `asked_by` is the
person who wanted it; a weekly one is `scheduled_for` its hour. `asked_again_at` is when those who
had not answered were asked again; `over_at` when all had answered, or the day for it was over."""
