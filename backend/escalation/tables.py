"""The tables of what is done until an incident is answered. Times are seconds since 1970 (UTC).

escalations   one row per incident that needs an answer
steps         one row per step of it that is due or done
answers       what people said: an answer to the alert, and how it ended
verdicts      what it was, as a person says
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

from backend.storage.tables import metadata

escalations = Table(
    "escalations",
    metadata,
    Column("incident_id", Text, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("part_of", Text),
    Column("began_at", Float, nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("fall_test", Integer),
    Column("held_until", Float),
    Column("exhausted_at", Float),
    Column("over_at", Float),
)
"""One that is `part_of` another incident is answered with it, and has no steps.

`began_at` is when the incident is first notified, `held_until` the same where somebody was with the
person. `fall_test` is the number of the one that it belongs to, which makes it a test until it is
over. `exhausted_at` is when all contacts had been notified and nobody had answered, until
somebody does. `over_at` is when the incident was resolved.
"""

steps = Table(
    "escalation_steps",
    metadata,
    Column("number", Integer, primary_key=True),
    Column(
        "incident_id",
        Text,
        ForeignKey("escalations.incident_id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("kind", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("done_at", Float),
    UniqueConstraint("incident_id", "kind", "round"),
    Index("escalation_steps_by_time", "done_at", "due_at"),
)

answers = Table(
    "answers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("incident_id", Text, nullable=False),
    Column("person_id", Integer),
    Column("answer", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("at", Float, nullable=False),
    Index("answers_by_incident", "incident_id"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("incident_id", Text, nullable=False),
    Column("person_id", Integer),
    Column("verdict", Text, nullable=False),
    Column("at", Float, nullable=False),
    Index("verdicts_by_incident", "incident_id"),
)
