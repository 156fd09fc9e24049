"""The versions that are tried: each machine gets their folders.

`good` brings the database to a schema of its own. `bad` does so too, and then cannot say whether
it is well. In `broken` the camera box does not start.
"""

import shutil
from pathlib import Path

from benchmarks.installing.installation import expect
from testkit.bare_machine import FILES, FOLDERS, REPOSITORY
from testkit.container import Container

MIGRATION = '''"""A table of a trial."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    """Make it."""
    op.create_table("{revision}", sa.Column("id", sa.Integer, primary_key=True))
'''
GOOD = "9001_trial"
"""The schema of `good`."""
MIGRATIONS = Path("backend/storage/migrations/household")
HEALTH = "def health("
UNWELL = "def health(request: Request) -> Health | Overall:\n    raise SystemError\n\n\ndef unused("


def bring_versions(machine: Container) -> None:
    """The folders of four versions, in the home of root."""
    at = machine.root / "root"
    for name in ("first", "good", "bad", "broken"):
        for part in (*FOLDERS, "deploy"):
            shutil.copytree(
                REPOSITORY / part, at / name / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        for part in FILES:
            shutil.copy(REPOSITORY / part, at / name)
    _migrate(at / "good", GOOD)
    _migrate(at / "bad", GOOD)
    _migrate(at / "bad", "9002_trial")
    _replace(at / "bad/backend/health/router.py", HEALTH, UNWELL)
    _replace(at / "broken/agent/cli.py", "import logging\n", "import no_such_module\n")


def _migrate(version: Path, revision: str) -> None:
    """Add a migration after the last one."""
    folder = version / MIGRATIONS
    before = max(file.stem for file in folder.glob("[0-9]*.py"))
    text = MIGRATION.format(revision=revision, before=before)
    (folder / f"{revision}.py").write_text(text, encoding="utf-8")


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    expect(old in text, f"{old!r} in {file.name}")
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def schema(server: Container) -> str:
    """Which schema the server's database has, read from a copy of its files."""
    script = (
        "import shutil, sqlite3, tempfile; folder = tempfile.mkdtemp() + '/copy'; "
        "shutil.copytree('/var/lib/dolbom/backend/database', folder); "
        "db = sqlite3.connect(folder + '/dolbom.sqlite3'); "
        "print(db.execute('SELECT version_num FROM alembic_version').fetchone()[0])"
    )
    return server.run("python3", "-c", script)[1].strip()
