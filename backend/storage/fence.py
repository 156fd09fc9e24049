"""The second fence between households: PostgreSQL shows a request the rows of its own alone.

Each question names its household anyway; this is for the one that would forget to. What the server
does by itself, and who asks without belonging anywhere, sees all.
"""

from sqlalchemy import Connection, Engine, event, func, select

from backend.seen import household_seen

SETTING = "dolbom.household"
"""Of a transaction; migration 0003 has the policies that read it."""


def fence(engine: Engine) -> None:
    """Let each transaction of PostgreSQL see what `within` says."""

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        household_id = household_seen()
        if household_id is not None:
            connection.execute(select(func.set_config(SETTING, str(household_id), True)))
