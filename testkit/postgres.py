"""A PostgreSQL of its own, on a port of its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from backend.storage.migrate import FACTORY, HOUSEHOLD, migrate
from testkit.processes import free_port

PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
"""Where Debian keeps them; None where it is not installed."""


@dataclass
class Postgres:
    """The data lie in `folder`. It can be stopped and started again."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """As DATABASE_URL has it."""
        return f"postgresql+psycopg://dolbom@127.0.0.1:{self.port}/postgres"

    @property
    def runs(self) -> bool:
        """Whether it was started and not stopped."""
        return (self.folder / "data" / "postmaster.pid").exists()

    def make(self) -> None:
        """Make it, once."""
        self._run(
            *("initdb", "-D", "data", "-U", "dolbom", "-A", "trust"),
            *("-E", "UTF8", "--locale=C"),
        )

    def start(self) -> None:
        """Start it; it answers when this returns."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self._run("pg_ctl", "-D", "data", "-o", options, "-l", "log", "-w", "start")

    def stop(self) -> None:
        """Stop it at once, as a power cut does."""
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")

    def ask(self, sql: str) -> None:
        """Execute `sql`."""
        psql = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "dolbom", "postgres"]
        subprocess.run([*psql, "-qc", sql], check=True)  # noqa: S603 (a test's own)

    def make_database(self, name: str, encoding: str = "UTF8") -> str:
        """Make another one without tables; its address."""
        self.ask(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0")
        return self.url.removesuffix("postgres") + name

    def make_migrated(self, name: str) -> str:
        """Make another one with all tables of the server; its address."""
        url = self.make_database(name)
        engine = create_engine(url)
        with engine.connect() as db:
            for schema in (HOUSEHOLD, FACTORY):
                migrate(db, schema)
        engine.dispose()
        return url

    def let_server_in(self, url: str) -> str:
        """Let a role into the database at `url` that its fence holds, as a server's is.

        It owns nothing and is no superuser. Its address of the database.
        """
        engine = create_engine(url)
        with engine.begin() as db:
            if not db.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = 'server'")):
                db.execute(text("CREATE ROLE server LOGIN"))
            for kind in ("TABLES", "SEQUENCES"):
                db.execute(text(f"GRANT ALL ON ALL {kind} IN SCHEMA public TO server"))
        engine.dispose()
        return url.replace("dolbom@", "server@")

    def _run(self, program: str, *options: str) -> None:
        # It refuses to run as root.
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        as_other = user if os.geteuid() == 0 else []
        command = [*as_other, f"{PROGRAMS}/{program}", *options]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """One that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="dolbom-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    postgres = Postgres(folder, free_port())
    try:
        postgres.make()
        postgres.start()
        yield postgres
    finally:
        if postgres.runs:
            postgres.stop()
        shutil.rmtree(folder)
