"""Brings a database to today's schema, revision by revision."""

import logging
from pathlib import Path

from sqlalchemy import Connection, inspect, text

logger = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = tuple(sorted(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))
"""Oldest first; a file of `versions` each, whose name is the revision."""


def revision_of(connection: Connection) -> str | None:
    """The revision that the database is of; None where it has no table yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def migrate(connection: Connection) -> bool:
    """Upgrade to the newest revision; whether anything had to be done.

    Call it outside of a transaction of one's own.
    """
    with connection.begin():
        if revision_of(connection) == REVISIONS[-1]:
            return False
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic import command  # takes a fifth of a second to load, and is seldom needed
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    command.upgrade(config, "head")
    logger.info("the database has the schema %s now", REVISIONS[-1])
    return True
