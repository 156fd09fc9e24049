"""The tables of households and their people. Times are seconds since 1970 (UTC)."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text, false

from backend.storage.tables import metadata

households = Table(
    "households",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text),
    Column("resident", Text),
    Column("entry_code", Text),
    Column("language", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("repeat_sec", Float, nullable=False),
    Column("second_after_sec", Float, nullable=False),
    Column("all_after_sec", Float, nullable=False),
    Column("ask_again_sec", Float, nullable=False),
    Column("unanswered_sec", Float, nullable=False),
    Column("accompanied_sec", Float, nullable=False),
    Column("self_test_weekday", Integer),
    Column("self_test_hour", Integer),
    Column("daily_word_hour", Integer),
    Column("kept_days", Integer),
    Column("created_at", Float, nullable=False),
    Column("ended_at", Float),
)
"""`accompanied_sec` is how long a fall waits while somebody else is there. Without a weekday there
is no self-test, without an hour no daily word, without `kept_days` the record is kept as long as
the server keeps it. One that has ended is nobody's any more."""

people = Table(
    "people",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("quiet_from", Text),
    Column("quiet_until", Text),
    Column("is_operator", Boolean, nullable=False, server_default=false()),
    Column("created_at", Float, nullable=False),
    Column("removed_at", Float),
)
"""An account, whichever households its person belongs to; it ends with the last of them. Quiet
hours are local times such as 22:00. An operator makes and ends households."""

memberships = Table(
    "memberships",
    metadata,
    Column(
        "household_id",
        Integer,
        ForeignKey("households.number"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "person_id", Integer, ForeignKey("people.number"), primary_key=True, autoincrement=False
    ),
    Column("role", Text, nullable=False),
    Column("stage", Integer),
    Column("joined_at", Float, nullable=False),
    Column("left_at", Float),
    Index("memberships_by_person", "person_id"),
)
"""Who belongs to which household, and as what. `stage` is 1 for those who are notified first, 2 for
those who follow, 3 for the last, NULL for those who are not."""

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("household_id", Integer, ForeignKey("households.number"), nullable=False),
    Column("person_id", Integer, ForeignKey("people.number"), nullable=False),
    Column("refresh_digest", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("used_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("end_reason", Text),
    Index("sessions_by_person", "person_id"),
)
"""One row is the family of all tokens that came of one login; `household_id` is the one that it
looks at now."""

invitations = Table(
    "invitations",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, ForeignKey("households.number"), nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("invited_by", Integer, ForeignKey("people.number")),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float),
)
"""Without `invited_by` it was the household's API_KEY."""
