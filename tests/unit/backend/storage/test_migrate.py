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
import backend.comments.tables
import backend.contacts.tables
import backend.datasets.tables
import backend.deployments.tables
import backend.escalation.tables
import backend.exports.tables
import backend.jobs.tables
import backend.looks.tables
import backend.media.tables
import backend.people.tables
import backend.tabular.tables
import backend.versions.tables  # noqa: F401 (they load each feature's tables)
from backend.events.journal.record import digest_of
from backend.events.store import senders
from backend.storage.migrate import (
    FACTORY,
    HOUSEHOLD,
    MIGRATIONS,
    Schema,
    migrate,
    revision_of,
)
from backend.storage.tables import factory_metadata, metadata


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return create_engine(f"sqlite:///{tmp_path / 'made.sqlite3'}")


def differences(
    engine: Engine, wanted: MetaData, version_table: str = "alembic_version"
) -> list[object]:
    opts = {"compare_type": True, "version_table": version_table}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, wanted))


@pytest.mark.parametrize(("schema", "wanted"), [(HOUSEHOLD, metadata), (FACTORY, factory_metadata)])
def test_migrations_make_the_tables_of_the_code(
    engine: Engine, schema: Schema, wanted: MetaData
) -> None:
    with engine.connect() as connection:
        assert revision_of(connection, schema) is None
        connection.rollback()
        assert migrate(connection, schema)
        assert not migrate(connection, schema)
        assert revision_of(connection, schema) == schema.revisions[-1]
    assert differences(engine, wanted, schema.version_table) == []


def test_both_schemas_may_share_a_database(engine: Engine) -> None:
    with engine.connect() as connection:
        assert migrate(connection, HOUSEHOLD)
        assert migrate(connection, FACTORY)
        assert not migrate(connection, HOUSEHOLD)
        found = [revision_of(connection, schema) for schema in (HOUSEHOLD, FACTORY)]
    assert found == [HOUSEHOLD.revisions[-1], FACTORY.revisions[-1]]


def test_senders_are_known_by_a_digest_from_the_second_revision_on(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", str(HOUSEHOLD.folder))
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HOUSEHOLD.revisions[0])
        named = text("INSERT INTO senders VALUES ('', '거실', NULL, x'00')")
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
