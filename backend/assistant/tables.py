"""The tables of conversations. Times are seconds since 1970 (UTC)."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, Text

from backend.storage.tables import metadata

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("person_id", Integer),
    Column("title", Text, nullable=False),
    Column("about", Text),
    Column("began_at", Float, nullable=False),
    Column("last_at", Float, nullable=False),
    Index("conversations_by_person", "household_id", "person_id", "last_at"),
)
"""Without a `person_id` it is that of who has the household's API_KEY. `about` is a table, none for
the record."""

conversation_turns = Table(
    "conversation_turns",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Float, nullable=False),
    Column("tool_calls", Text, nullable=False),
    Column("unproved", Text, nullable=False),
    Column("since", Text),
    Column("until", Text),
    Index("conversation_turns_by_conversation", "conversation_id"),
)
"""`tool_calls` and `unproved` are JSON. `since` and `until` are the first and last day of the
record that its calls stand on, such as 2026-11-30; NULL where they stand on nothing of it."""

chat_usage = Table(
    "chat_usage",
    metadata,
    Column("household_id", Integer, primary_key=True, autoincrement=False),
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("day", Text, primary_key=True),
    Column("messages", Integer, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
)
"""A person who is 0 is whoever has the household's API_KEY. It stays when conversations go."""
