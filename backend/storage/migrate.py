"""Brings a database to today's schema, revision by revision."""

import logging
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, MetaData, inspect, text

from backend.storage.tables import factory_metadata, metadata

logger = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Schema:
    """Tables that live together; a file of the folder is a revision, and names it.

    `version_table` says which of them a database has. `metadata` has the tables of those features
    that were loaded.
    """

    folder: Path
    version_table: str
    metadata: MetaData

    @property
    def revisions(self) -> tuple[str, ...]:
        """Oldest first."""
        return tuple(sorted(path.stem for path in self.folder.glob("[0-9]*.py")))


HOUSEHOLD = Schema(MIGRATIONS / "household", "alembic_version", metadata)
"""The record, and the people: it is written by the server only."""
FACTORY = Schema(MIGRATIONS / "factory", "factory_version", factory_metadata)
"""Jobs, and what they are about: the server and its workers write it."""


def revision_of(connection: Connection, schema: Schema = HOUSEHOLD) -> str | None:
    """The revision that the database is of; None where it has no table of the schema yet."""
    if not inspect(connection).has_table(schema.version_table):
        return None
    query = text(f"SELECT version_num FROM {schema.version_table}")  # noqa: S608 (one of the two)
    revision: str | None = connection.scalar(query)
    return revision


def migrate(connection: Connection, schema: Schema = HOUSEHOLD) -> bool:
    """Upgrade to the newest revision; whether anything had to be done.

    Call it outside of a transaction of one's own.
    """
    newest = schema.revisions[-1]
    with connection.begin():
        if revision_of(connection, schema) == newest:
            return False
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic import command  # takes a fifth of a second to load, and is seldom needed
    from alembic.config import Config

    config = Config(attributes={"connection": connection, "version_table": schema.version_table})
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", str(schema.folder))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
    logger.info("the database has the schema %s now", newest)
    return True
