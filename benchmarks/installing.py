"""The way from a bare machine to a paired camera, an upgrade and back, with `deploy/install`.

    sudo -E uv run --no-sync python -m benchmarks.installing

Two containers, each booted by its own systemd, are a home server and a camera box; the camera plays
the recorded fall. It needs root, `debootstrap` and `systemd-container`, port 8000, and takes ten
minutes. A base that is made once stays in `--folder`.
"""

import re
import shutil
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import httpx2 as httpx
import typer

from testkit.bare_machine import FILES, FOLDERS, REPOSITORY
from testkit.container import Container, ContainerFailed, booted, make_base

ROOTS = Path("/var/tmp/dolbom-roots")  # noqa: S108
SERVER = "http://127.0.0.1:8000"
DOWNLOADS = {"packages", "uv", "python environment"}
SERVER_SEC, CAMERA_SEC = 180.0, 120.0
"""What was promised, beside the steps that download."""

STEP = re.compile(r"^(\S.{0,29}?) +(unchanged|changed|failed) +(\d+\.\d) s$", re.MULTILINE)
OWNER = {"login": "mina", "name": "Mina", "password": "a word for a trial", "language": "en"}
HOME = {"name": "Home", "resident": "Sun-ja", "address": "302", "entry_code": "1", "language": "en"}

# Versions that are tried: one that brings the database to a schema of its own, and one that does
# so too and then cannot say whether it is well.
MIGRATION = '''"""A table of a trial."""

import sqlalchemy as sa
from alembic import op

revision = "{number}_trial"
down_revision = "{before}"


def upgrade() -> None:
    """Make it."""
    op.create_table("trial_{number}", sa.Column("id", sa.Integer, primary_key=True))
'''
MIGRATIONS = Path("backend/storage/migrations/household")
UNWELL = "def health(request: Request) -> Health | Overall:\n    raise SystemError\n\n\ndef unused("
HEALTH = "def health("

Json = dict[str, Any]


class NotAsPromised(Exception):
    """The message says what was otherwise."""


@dataclass
class Installation:
    """`deploy/install` on one machine; what it says goes on to the terminal."""

    machine: Container
    seconds: dict[str, float] = field(default_factory=dict)

    def run(self, folder: str, *arguments: str, status: int = 0) -> str:
        """What it said; raises NotAsPromised where it ended otherwise than with `status`."""
        name = f"{self.machine.root.name}: install {arguments[0]}"
        began = time.monotonic()
        found, said = self.machine.run(f"/root/{folder}/deploy/install", *arguments)
        self.seconds[name] = time.monotonic() - began
        typer.echo(f"\n{name} ({self.seconds[name]:.1f} s)\n{said.rstrip()}")
        expect(found == status, f"{name} ended with {found}, expected {status}")
        return said


def main(
    folder: Annotated[Path, typer.Option(help="Where the roots lie.")] = ROOTS,
    suite: Annotated[str, typer.Option(help="Of Debian.")] = "bookworm",
    mirror: Annotated[str, typer.Option(help="Of Debian.")] = "http://deb.debian.org/debian",
    base: Annotated[Path | None, typer.Option(help="A bare root that is there already.")] = None,
) -> None:
    """Install, upgrade, roll back and remove, and show how long each step took."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        bare = base or folder / suite
        if not bare.exists():
            make_base(suite, mirror, bare)
        with (
            booted(bare, folder / "server") as server,
            booted(bare, folder / "camera") as camera,
        ):
            _try_all(server, camera)
    except (ContainerFailed, NotAsPromised) as failure:
        sys.exit(str(failure))


def _try_all(server: Container, camera: Container) -> None:
    for machine in (server, camera):
        _bring_versions(machine)
    home, box = Installation(server), Installation(camera)
    said = home.run("first", "server")
    within(said, SERVER_SEC, "bare machine to the address of the set-up")
    address = re.search(r"http://\S+/setup\?code=(\S+)", said)
    expect(address is not None, "an address for the set-up")
    assert address is not None  # noqa: S101
    key = _set_up(server, address[1])
    said = box.run("first", "camera", *_pairing(key))
    within(said, CAMERA_SEC, "bare machine to a camera that the server hears")
    for installation, half in ((home, "server"), (box, "camera")):
        expect(
            "nothing had to be changed" in installation.run("first", half),
            "a second run that changes nothing",
        )
        status, text = installation.machine.run("sh", "-c", f"systemd-analyze verify {UNITS[half]}")
        expect((status, text.strip()) == (0, ""), f"units that systemd finds well, found {text}")
    _wait_for_fall(key)
    _watch_on(camera)
    _upgrade(home, box, key)
    _remove(home, box)


UNITS = {"server": "dolbom-backend.service", "camera": "dolbom-agent@camera.service"}


def _upgrade(home: Installation, box: Installation, key: str) -> None:
    falls = len(_incidents(key))
    for installation in (home, box):
        installation.run("good", "upgrade")
    expect(_schema(home.machine) == "0003_trial", "the schema of the better version")
    said = home.run("bad", "upgrade", "--wait", "20", status=1)
    expect("runs again" in said, "that the version before runs again")
    expect(_schema(home.machine) == "0003_trial", "the schema of the version before")
    said = box.run("broken", "upgrade", "--wait", "20", status=1)
    expect("runs again" in said, "that the camera's version before runs again")
    expect(len(_incidents(key)) >= falls, "all falls that were recorded")


def _remove(home: Installation, box: Installation) -> None:
    box.run("good", "uninstall", "--yes")
    home.run("good", "uninstall", "--yes")
    _, left = home.machine.run("ls", "/var/lib/dolbom/backend/database")
    expect("dolbom.sqlite3" in left, "the record after an uninstall")
    home.run("good", "uninstall", "--yes", "--purge")
    _, left = home.machine.run("find", "/etc", "/opt", "/var/lib", "-xdev", "-name", "*dolbom*")
    expect(left.strip() == "", f"nothing after a purge, found {left}")


def _bring_versions(machine: Container) -> None:
    """The folders of four versions, in the home of root."""
    at = machine.root / "root"
    for name in ("first", "good", "bad", "broken"):
        for part in (*FOLDERS, "deploy"):
            shutil.copytree(
                REPOSITORY / part, at / name / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        for part in FILES:
            shutil.copy(REPOSITORY / part, at / name)
    _migrate(at / "good", "0003", "0002_household")
    _migrate(at / "bad", "0003", "0002_household")
    _migrate(at / "bad", "0004", "0003_trial")
    _replace(at / "bad/backend/health/router.py", HEALTH, UNWELL)
    _replace(at / "broken/agent/cli.py", "import logging\n", "import no_such_module\n")


def _migrate(version: Path, number: str, before: str) -> None:
    text = MIGRATION.format(number=number, before=before)
    (version / MIGRATIONS / f"{number}_trial.py").write_text(text, encoding="utf-8")


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    expect(old in text, f"{old!r} in {file.name}")
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def _set_up(server: Container, code: str) -> str:
    """Make the household, as its page does; the server's key."""
    body = OWNER | {"household": HOME, "code": code}
    httpx.post(f"{SERVER}/setup", json=body, trust_env=False).raise_for_status()
    _, key = server.run("cat", "/var/lib/dolbom/backend/access/api-key")
    return key.strip()


def _pairing(key: str) -> tuple[str, ...]:
    camera = _ask(key, "POST", "/cameras", {"camera_id": "hall"})
    recording = "/opt/dolbom/current/demo/recordings/fall.npz"
    return ("--backend-url", SERVER, "--pair", camera["code"], "--source", recording)


def _wait_for_fall(key: str) -> None:
    until = time.monotonic() + 60
    while not _incidents(key):
        expect(time.monotonic() < until, "the recorded fall among the incidents within 60 s")
        time.sleep(1)


def _watch_on(camera: Container) -> None:
    """Let the box wait for a stream: a recording ends, and with it the service, within seconds."""
    settings = "/etc/dolbom/agent-camera.env"
    change = f"sed -i 's|^SOURCE=.*|SOURCE=rtsp://127.0.0.1:9/none|' {settings}"
    status, said = camera.run("sh", "-c", f"{change} && systemctl restart dolbom-agent@camera")
    expect(status == 0, f"a camera that is started again, found {said}")


def _incidents(key: str) -> list[Json]:
    found: list[Json] = _ask(key, "GET", "/incidents")
    return found


def _ask(key: str, method: str, path: str, body: Json | None = None) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.request(method, f"{SERVER}{path}", json=body, headers=headers, trust_env=False)
    return answer.raise_for_status().json()


def _schema(server: Container) -> str:
    """Which schema the server's database has, read from a copy of its files."""
    script = (
        "import shutil, sqlite3, tempfile; folder = tempfile.mkdtemp() + '/copy'; "
        "shutil.copytree('/var/lib/dolbom/backend/database', folder); "
        "db = sqlite3.connect(folder + '/dolbom.sqlite3'); "
        "print(db.execute('SELECT version_num FROM alembic_version').fetchone()[0])"
    )
    return server.run("python3", "-c", script)[1].strip()


def within(said: str, limit: float, what: str) -> None:
    """Say how long the steps took that download and the others; raises NotAsPromised beyond."""
    steps = {name.strip(): float(seconds) for name, _, seconds in STEP.findall(said)}
    downloads = total(steps, DOWNLOADS)
    others = sum(steps.values()) - downloads
    typer.echo(f"{what}: {others:.1f} s, and {downloads:.1f} s in steps that download")
    expect(others < limit, f"{what} within {limit:.0f} s beside downloads, took {others:.1f} s")


def total(steps: dict[str, float], names: Iterable[str]) -> float:
    """The seconds of the steps of these names."""
    return sum(steps.get(name, 0.0) for name in names)


def expect(holds: bool, what: str) -> None:
    """Raises NotAsPromised."""
    if not holds:
        raise NotAsPromised(f"expected {what}")


if __name__ == "__main__":
    typer.run(main)
