"""The tables of webhooks.

webhook_messages     what was made of an incident, by its id: it is not made again
webhook_deliveries   a message that an address has not taken yet
"""

from sqlalchemy import Column, Float, Index, Integer, Table, Text

from backend.storage.tables import metadata

messages = Table(
    "webhook_messages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("made_at", Float, nullable=False),
)

deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("incident_id", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", Float, nullable=False),
    Index("webhook_deliveries_by_time", "address", "next_at"),
)
"""`address` is a digest of it: the address itself may hold a secret."""
