"""The household, its people and what they say, cameras, the audit log, and erasures."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002_household"
down_revision = "0001_first"


def upgrade() -> None:
    """Make the tables, and add what the first ones lack."""
    _existing()
    _people()
    _household_keys()
    _audit()
    _contacts()
    _escalation()
    _comments()
    _cameras()
    _activity()
    _erasures()
    _assistant()
    _webhooks()
    _servers()


def _existing() -> None:
    _senders()
    op.add_column("alerts", sa.Column("round", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("alerts", sa.Column("notice", sa.Text))
    op.add_column("alerts", _flag("test"))
    op.add_column("incidents", _flag("is_test"))
    op.add_column("alerts", sa.Column("withdrawn_at", sa.Float))
    op.add_column("deliveries", sa.Column("server", sa.Text))
    for table in ("deliveries", "memos"):
        op.add_column(table, _flag("follow_up"))


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _senders() -> None:
    """A camera stands there by a digest of its name: what is erased of it leaves none behind."""
    op.alter_column("senders", "camera_id", new_column_name="sender")
    senders = sa.table("senders", sa.column("sender", sa.Text))
    db = op.get_bind()
    for name in db.scalars(sa.select(senders.c.sender)).all():
        digest = blake2b(name.encode(), digest_size=8).hexdigest()
        db.execute(sa.update(senders).where(senders.c.sender == name).values(sender=digest))


def _people() -> None:
    op.create_table(
        "households",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("resident", sa.Text),
        sa.Column("entry_code", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("repeat_sec", sa.Float, nullable=False),
        sa.Column("second_after_sec", sa.Float, nullable=False),
        sa.Column("all_after_sec", sa.Float, nullable=False),
        sa.Column("ask_again_sec", sa.Float, nullable=False),
        sa.Column("unanswered_sec", sa.Float, nullable=False),
        sa.Column("accompanied_sec", sa.Float, nullable=False),
        sa.Column("self_test_weekday", sa.Integer),
        sa.Column("self_test_hour", sa.Integer),
        sa.Column("daily_word_hour", sa.Integer),
        sa.Column("kept_days", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
    )
    op.create_table(
        "people",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("quiet_from", sa.Text),
        sa.Column("quiet_until", sa.Text),
        _flag("is_operator"),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("removed_at", sa.Float),
    )
    _memberships()
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("household_id", sa.Integer, sa.ForeignKey("households.number"), nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("people.number"), nullable=False),
        sa.Column("refresh_digest", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("used_at", sa.Float, nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
        sa.Column("end_reason", sa.Text),
    )
    op.create_index("sessions_by_person", "sessions", ["person_id"])
    op.create_table(
        "invitations",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, sa.ForeignKey("households.number"), nullable=False),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("invited_by", sa.Integer, sa.ForeignKey("people.number")),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
        sa.Column("used_at", sa.Float),
    )


def _memberships() -> None:
    op.create_table(
        "memberships",
        _key("household_id", "households.number"),
        _key("person_id", "people.number"),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("stage", sa.Integer),
        sa.Column("joined_at", sa.Float, nullable=False),
        sa.Column("left_at", sa.Float),
    )
    op.create_index("memberships_by_person", "memberships", ["person_id"])


def _key(name: str, of: str) -> sa.Column[int]:
    """A part of a primary key, which names a row of another table."""
    return sa.Column(name, sa.Integer, sa.ForeignKey(of), primary_key=True, autoincrement=False)


def _household_keys() -> None:
    op.create_table(
        "household_keys",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, sa.ForeignKey("households.number"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("created_by", sa.Integer, sa.ForeignKey("people.number")),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
    )


def _audit() -> None:
    op.create_table(
        "audit_log",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("way", sa.Text),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("audit_log_by_time", "audit_log", ["household_id", "at"])


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("tested_at", sa.Float),
        sa.Column("confirmed_at", sa.Float),
        sa.Column("silent_at", sa.Float),
        sa.Column("removed_at", sa.Float),
        sa.Column("removed_because", sa.Text),
    )
    op.create_index("contacts_by_person", "contacts", ["person_id"])


def _escalation() -> None:
    op.create_table(
        "escalations",
        sa.Column("incident_id", sa.Text, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("part_of", sa.Text),
        sa.Column("began_at", sa.Float, nullable=False),
        sa.Column("is_test", sa.Boolean, nullable=False),
        sa.Column("fall_test", sa.Integer),
        sa.Column("held_until", sa.Float),
        sa.Column("exhausted_at", sa.Float),
        sa.Column("over_at", sa.Float),
    )
    op.create_table(
        "escalation_steps",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column(
            "incident_id",
            sa.Text,
            sa.ForeignKey("escalations.incident_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Float, nullable=False),
        sa.Column("done_at", sa.Float),
        sa.UniqueConstraint("incident_id", "kind", "round"),
    )
    op.create_index("escalation_steps_by_time", "escalation_steps", ["done_at", "due_at"])
    op.create_table(
        "answers",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("incident_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("answers_by_incident", "answers", ["incident_id"])
    op.create_table(
        "verdicts",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("incident_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("verdicts_by_incident", "verdicts", ["incident_id"])


def _comments() -> None:
    op.create_table(
        "comments",
        sa.Column("number", sa.Integer, primary_key=True),
        *_of_a_subject(),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("edited_at", sa.Float),
        sqlite_autoincrement=True,
    )
    op.create_index("comments_by_subject", "comments", ["subject_kind", "subject_id"])
    op.create_table(
        "ratings",
        sa.Column("number", sa.Integer, primary_key=True),
        *_of_a_subject(),
        sa.Column("stars", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.UniqueConstraint("subject_kind", "subject_id", "person_id"),
    )


def _of_a_subject() -> Iterator[sa.Column[Any]]:
    yield sa.Column("household_id", sa.Integer, nullable=False)
    yield sa.Column("subject_kind", sa.Text, nullable=False)
    yield sa.Column("subject_id", sa.Text, nullable=False)
    yield sa.Column("person_id", sa.Integer)


def _cameras() -> None:
    op.create_table(
        "cameras",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("camera_id", sa.Text, nullable=False, unique=True),
        sa.Column("place", sa.Text),
        sa.Column("key_digest", sa.Text),
        sa.Column("paired_at", sa.Float),
        sa.Column("removed_at", sa.Float),
    )
    op.create_table(
        "pairing_codes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("camera_id", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("created_by", sa.Integer),
        sa.Column("expires_at", sa.Float, nullable=False),
        sa.Column("used_at", sa.Float),
        sa.Column("wrong_tries", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "found_cameras",
        sa.Column("household_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("camera_id", sa.Text, primary_key=True),
        sa.Column("found", sa.Text, nullable=False),
        sa.Column("found_at", sa.Float, nullable=False),
        sa.Column("chosen", sa.Text),
    )
    op.create_table(
        "visits",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("began_at", sa.Float, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )
    op.create_table(
        "self_tests",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("camera_id", sa.Text, nullable=False),
        sa.Column("incident_id", sa.Text),
        sa.Column("asked_at", sa.Float, nullable=False),
        sa.Column("asked_by", sa.Integer),
        sa.Column("scheduled_for", sa.Float),
        sa.Column("began_at", sa.Float),
        sa.Column("asked_again_at", sa.Float),
        sa.Column("over_at", sa.Float),
        sa.UniqueConstraint("household_id", "scheduled_for"),
    )
    op.create_table(
        "fall_tests",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("camera_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("began_at", sa.Float, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )


def _activity() -> None:
    op.create_table(
        "activity_hours",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("camera_id", sa.Text, nullable=False),
        sa.Column("began_at", sa.Float, nullable=False),
        sa.Column("active_sec", sa.Float, nullable=False),
        sa.Column("still_sec", sa.Float, nullable=False),
        sa.Column("lying_sec", sa.Float, nullable=False),
        sa.Column("nobody_sec", sa.Float, nullable=False),
        sa.Column("blind_sec", sa.Float, nullable=False),
        sa.Column("stirs", sa.Integer, nullable=False),
        sa.Column("moved_first_at", sa.Float),
        sa.Column("moved_last_at", sa.Float),
        sa.Column("walked_sec", sa.Float, nullable=False, server_default="0"),
        sa.Column("walked_lengths", sa.Float, nullable=False, server_default="0"),
        sa.Column("rises", sa.Integer, nullable=False, server_default="0"),
    )
    by_camera = ["camera_id", "began_at"]
    op.create_index("activity_hours_by_camera", "activity_hours", by_camera, unique=True)
    op.create_index("activity_hours_by_time", "activity_hours", ["began_at"])
    op.create_table(
        "activity_cameras",
        sa.Column("camera_id", sa.Text, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
        sa.Column("heard_at", sa.Float, nullable=False),
        sa.Column("server", sa.Text, nullable=False),
        sa.Column("is_away", sa.Boolean, nullable=False),
        sa.Column("scores", sa.Integer, nullable=False),
        sa.Column("lying_scores", sa.Integer, nullable=False),
        sa.Column("moved_at", sa.Float),
    )
    op.create_table(
        "activity_position",
        sa.Column("server", sa.Text, primary_key=True),
        sa.Column("segment", sa.Integer, nullable=False),
        sa.Column("byte", sa.BigInteger, nullable=False),
    )


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("camera_id", sa.Text),
        sa.Column("since", sa.Float),
        sa.Column("until", sa.Float),
        sa.Column("asked_at", sa.Float, nullable=False),
        sa.Column("finished_at", sa.Float),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("incidents", sa.Integer, nullable=False),
        sa.Column("alerts", sa.Integer, nullable=False),
        sa.Column("notes", sa.Integer, nullable=False),
        sa.Column("poses", sa.Integer, nullable=False),
        sa.Column("dataset_files", sa.Integer, nullable=False),
        sa.Column("pictures", sa.Integer, nullable=False),
        sa.Column("conversations", sa.Integer, nullable=False),
        sa.Column("predictions", sa.Integer, nullable=False),
        sa.Column("batches", sa.Integer, nullable=False),
        sa.Column("kept", sa.Integer, nullable=False),
        sa.Column("learnt", sa.Text, nullable=False),
    )
    op.create_index("erasures_by_time", "erasures", ["household_id", "asked_at"])
    op.create_table(
        "erasure_parts",
        sa.Column("erasure", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("server", sa.Text, primary_key=True),
        sa.Column("segment", sa.Integer, nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("finished_at", sa.Float),
    )


def _assistant() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("about", sa.Text),
        sa.Column("began_at", sa.Float, nullable=False),
        sa.Column("last_at", sa.Float, nullable=False),
    )
    by_person = ["household_id", "person_id", "last_at"]
    op.create_index("conversations_by_person", "conversations", by_person)
    op.create_table(
        "conversation_turns",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.Text, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("tool_calls", sa.Text, nullable=False),
        sa.Column("unproved", sa.Text, nullable=False),
        sa.Column("since", sa.Text),
        sa.Column("until", sa.Text),
    )
    name = "conversation_turns_by_conversation"
    op.create_index(name, "conversation_turns", ["conversation_id"])
    op.create_table(
        "chat_usage",
        sa.Column("household_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.Column("input_tokens", sa.Integer, nullable=False),
        sa.Column("output_tokens", sa.Integer, nullable=False),
    )


def _webhooks() -> None:
    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("made_at", sa.Float, nullable=False),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("incident_id", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Float, nullable=False),
    )
    op.create_index("webhook_deliveries_by_time", "webhook_deliveries", ["address", "next_at"])


def _servers() -> None:
    op.create_table(
        "servers",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("seen_at", sa.Float, nullable=False),
        sa.Column("is_settled", sa.Boolean, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
    )
