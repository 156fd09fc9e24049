"""Two servers on one PostgreSQL behind nginx, and the phone that they ring."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx

from testkit.balancer import Balancer, balancing
from testkit.cut_line import CutLine, line_to
from testkit.ntfy_server import NtfyServer
from testkit.postgres import Postgres, running_postgres
from testkit.processes import PartFailed, free_port, start
from testkit.whole_server import Breakage, WholeServer, intact

KEY = "k3y-of-the-house"
SECRET = "s3cret-that-both-servers-sign-answers-by"  # noqa: S105
MIGRATION_SEC = 60.0


@dataclass(frozen=True)
class CareHome:
    """`line` lies between the second server and the database."""

    servers: tuple[WholeServer, WholeServer]
    balancer: Balancer
    postgres: Postgres
    line: CutLine
    ntfy: NtfyServer

    @property
    def folders(self) -> list[Path]:
        """Of the servers."""
        return [server.folder for server in self.servers]

    def client(self) -> httpx.Client:
        """A client with the key of the first household."""
        headers = {"Authorization": f"Bearer {KEY}"}
        return httpx.Client(
            base_url=self.balancer.url, headers=headers, trust_env=False, timeout=30.0
        )


@contextmanager
def care_home(folder: Path, breakage: Breakage = intact) -> Iterator[CareHome]:
    """One that runs, with nobody in it yet."""
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres())
        migrate(folder, postgres.url)
        line = stack.enter_context(line_to(postgres.port))
        ntfy = stack.enter_context(closing(NtfyServer()))
        ports = free_port(), free_port()
        balancer = stack.enter_context(balancing(folder / "nginx", ports))
        settings = {
            "API_KEY": KEY,
            "JWT_SECRET_KEY": SECRET,
            "NTFY_URL": ntfy.url,
            "PUBLIC_URL": balancer.url,
            "TRUSTED_PROXIES": "127.0.0.1",
        }
        by_line = postgres.url.replace(f":{postgres.port}/", f":{line.port}/")
        servers = []
        for name, port, url in zip("ab", ports, (postgres.url, by_line), strict=True):
            (folder / name).mkdir()
            server = WholeServer(
                folder / name, settings | {"DATABASE_URL": url}, breakage=breakage, port=port
            )
            stack.callback(server.kill)
            server.start()
            servers.append(server)
        yield CareHome((servers[0], servers[1]), balancer, postgres, line, ntfy)


def migrate(folder: Path, url: str) -> None:
    """Make the tables of today in the database at `url`; raises PartFailed."""
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": url}
    part = start("migrate-database", folder=folder, environment=environment)
    if part.process.wait(MIGRATION_SEC):
        raise PartFailed(f"migrate-database failed: {part.last_line()}")
