"""The tables in which the alerts are kept.

alerts       one row per incident of a person, and one each for begin and end of a trouble
deliveries   one row per alert and channel; `household_id`, `camera_id`, `urgent` and `follow_up`
             are the alert's, `server` is the one that sends it, or has sent it
memos        one row per memo that a channel took: it may have carried several alerts

An alert that is withdrawn is not sent any more: its incident was answered, or is over.
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
    false,
)

from backend.alerts.channels.base import Alert
from backend.storage.tables import columns_of, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("number", Integer, primary_key=True),
    *columns_of(Alert, unique="key"),
    Column("urgent", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("created_at", Float, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("withdrawn_at", Float),
    Index("alerts_by_incident", "incident"),
    Index("alerts_by_subject", "camera_id", "label"),
)
deliveries = Table(
    "deliveries",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("key", Text, ForeignKey("alerts.key", ondelete="CASCADE"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("camera_id", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("follow_up", Boolean, nullable=False, server_default=false()),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("ambiguous", Integer, nullable=False, default=0),
    Column("reason", Text),
    Column("queued_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("next_attempt_at", Float, nullable=False),
    Column("server", Text),
    UniqueConstraint("key", "channel"),
    Index("deliveries_by_turn", "channel", "urgent", "state", "next_attempt_at"),
)
memos = Table(
    "memos",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("follow_up", Boolean, nullable=False, server_default=false()),
    Column("camera_id", Text, nullable=False),
    Column("sent_at", Float, nullable=False),
    Index("memos_by_camera", "channel", "urgent", "camera_id", "sent_at"),
)
ALERT = [alerts.c[name] for name in Alert.__dataclass_fields__]
"""The columns of an Alert, in the order of its fields."""
