"""The first tables: events, what senders sent last, incidents, alerts and their deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0001_first"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    _incidents()
    _events()
    _alerts()
    _deliveries()


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("camera_id", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("person", sa.BigInteger),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("began_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
        sa.Column("duration_sec", sa.Float),
        sa.Column("seen", sa.Text),
        sa.Column("detail", sa.Text),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.Column("sent_id", sa.Text),
        sa.Column("start_key", sa.Text),
        sa.Column("end_key", sa.Text),
    )
    op.create_index("incidents_by_sent_id", "incidents", ["camera_id", "label", "sent_id"])
    op.create_index("incidents_by_time", "incidents", ["began_at"])
    op.create_index("incidents_by_start", "incidents", ["start_key"])
    op.create_index("incidents_by_end", "incidents", ["end_key"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("identity", sa.Text, nullable=False, unique=True),
        sa.Column("camera_id", sa.Text, nullable=False),
        sa.Column("ts", sa.Float, nullable=False),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("events_by_camera", "events", ["camera_id", "ts"])
    op.create_table(
        "senders",
        sa.Column("server", sa.Text, primary_key=True),
        sa.Column("camera_id", sa.Text, primary_key=True),
        sa.Column("heartbeat", sa.Text),
        sa.Column("identities", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "journal_position",
        sa.Column("server", sa.Text, primary_key=True),
        sa.Column("segment", sa.Integer, nullable=False),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.BigInteger, nullable=False),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("incident", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("camera_id", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Float, nullable=False),
        sa.Column("received_at", sa.Float),
        sa.Column("duration_sec", sa.Float),
        sa.Column("seen", sa.Text),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("detail", sa.Text),
        sa.Column("verdict", sa.Text),
        sa.Column("posture", sa.Text),
        sa.Column("posture_confidence", sa.Float),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("due_at", sa.Float, nullable=False),
    )
    op.create_index("alerts_by_incident", "alerts", ["incident"])
    op.create_index("alerts_by_subject", "alerts", ["camera_id", "label"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, sa.ForeignKey("alerts.key", ondelete="CASCADE"), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("camera_id", sa.Text, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("ambiguous", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("queued_at", sa.Float, nullable=False),
        sa.Column("updated_at", sa.Float, nullable=False),
        sa.Column("next_attempt_at", sa.Float, nullable=False),
        sa.UniqueConstraint("key", "channel"),
    )
    op.create_index(
        "deliveries_by_turn", "deliveries", ["channel", "urgent", "state", "next_attempt_at"]
    )
    op.create_table(
        "memos",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("camera_id", sa.Text, nullable=False),
        sa.Column("sent_at", sa.Float, nullable=False),
    )
    op.create_index("memos_by_camera", "memos", ["channel", "urgent", "camera_id", "sent_at"])
