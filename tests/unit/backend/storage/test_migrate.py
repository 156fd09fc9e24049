"""The migrations make the tables that the code asks."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, MetaData, Text, create_engine, select, text

import backend.activity.tables
import backend.app
import backend.audit.tables
import backend.cameras.tables
import backend.contacts.tables
import backend.escalation.tables
import backend.people.tables  # noqa: F401 (they load each feature's tables)
from backend.events.journal.record import digest_of
from backend.events.store import senders
from backend.storage.migrate import MIGRATIONS, REVISIONS, migrate, revision_of
from backend.storage.tables import metadata


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return create_engine(f"sqlite:///{tmp_path / 'made.sqlite3'}")


def differences(engine: Engine, wanted: MetaData) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, wanted))


def test_migrations_make_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        assert revision_of(connection) is None
        connection.rollback()
        assert migrate(connection)
        assert not migrate(connection)
        assert revision_of(connection) == REVISIONS[-1]
    assert differences(engine, metadata) == []


def test_senders_are_known_by_a_digest_from_the_second_revision_on(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, REVISIONS[0])
        named = text("INSERT INTO senders VALUES ('거실', NULL, x'00')")
        connection.execute(named)
        connection.commit()
        migrate(connection)
        assert connection.scalar(select(senders.c.sender)) == digest_of("거실").hex()


def test_control_column_that_has_no_migration_is_found(engine: Engine) -> None:
    with engine.connect() as connection:
        migrate(connection)
    wanted = MetaData()
    for table in metadata.tables.values():
        table.to_metadata(wanted)
    wanted.tables["alerts"].append_column(Column("forgotten", Text))
    assert len(differences(engine, wanted)) == 1
