"""`migrate-database`: brings the database of DATABASE_URL to today's schema."""

from common.cli import fail, needs, run
from common.settings import read_settings

with needs("the group `backend`, and for PostgreSQL the extra `postgres`"):
    import typer
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError

    from backend.config import BackendSettings
    from backend.storage.encoding import expect_utf8
    from backend.storage.errors import UnusableDatabaseError
    from backend.storage.migrate import FACTORY, HOUSEHOLD, migrate


def _migrate() -> None:
    """Bring the database of DATABASE_URL to today's schema. A SQLite file needs no such command."""
    settings = read_settings(BackendSettings)
    url = settings.database_url.get_secret_value() if settings.database_url else "sqlite:///"
    if url.startswith("sqlite"):
        typer.echo("run-backend brings a SQLite file to today's schema when it starts")
        return
    try:
        with expect_utf8(create_engine(url)).connect() as connection:
            has_changed = [migrate(connection, schema) for schema in (HOUSEHOLD, FACTORY)]
    except (ImportError, SQLAlchemyError, UnusableDatabaseError) as error:
        fail(f"the database of DATABASE_URL cannot be migrated: {str(error).splitlines()[0]}")
    newest = f"{HOUSEHOLD.revisions[-1]} and {FACTORY.revisions[-1]}"
    typer.echo(f"the database has the schemas {newest}{' now' if any(has_changed) else ''}")


def main() -> None:
    """Run `migrate-database`."""
    run(_migrate)
