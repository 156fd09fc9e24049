"""PostgreSQL alone: a transaction that names a household sees no row of another one.

Who belongs where is not fenced: by it a request knows its household. Nor are contacts: like an
account each is its person's, in all households that the person belongs to. What only hangs on such
a row (steps, turns), and what knows a camera alone (events, senders, memos), has no household of
its own.
"""

from alembic import op

revision = "0003_fence"
down_revision = "0002_household"

TABLES = (
    "incidents",
    "alerts",
    "deliveries",
    "audit_log",
    "escalations",
    "answers",
    "verdicts",
    "comments",
    "ratings",
    "cameras",
    "pairing_codes",
    "found_cameras",
    "visits",
    "self_tests",
    "fall_tests",
    "activity_hours",
    "activity_cameras",
    "erasures",
    "conversations",
    "chat_usage",
)
SEEN = "coalesce(nullif(current_setting('dolbom.household', true), ''), household_id::text)"
"""Without a household all is seen: the server's own rounds, tools, and copies."""


def upgrade() -> None:
    """Put the policies on; FORCE, since the server owns its tables."""
    if op.get_context().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_household ON {table} USING (household_id::text = {SEEN})")
