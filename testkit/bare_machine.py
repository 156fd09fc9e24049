"""A machine on which `deploy/install` works: a folder in place of `/`, and stand-ins for commands.

What the installer asks of Debian and systemd are small scripts here that keep their state as files
of the folder. A version with a file `backend/unwell` answers nothing on /health, one with
`backend/migration` brings the database to another schema when it starts, and one with
`backend/unpackable` finds no room for its packages; those of `backend/slow` do not come. A file
`run/half-installed` of the machine is a package that dpkg was interrupted with; by `run/away` the
camera box has lost its server.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path

from testkit.terminal import Terminal, on_terminal

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDERS = ("agent", "backend", "checkpoints", "common", "contract", "demo", "docs",
           "kakao_sandbox", "modeling")  # fmt: skip
FILES = ("LICENSE", "README.md", "pyproject.toml", "uv.lock")
DEBIAN = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'
DATABASE = "var/lib/dolbom/backend/database/dolbom.sqlite3"

DONE = "#!/bin/sh\nexit 0\n"
PAIRED = "var/lib/dolbom/agent/access/pairing.json"
GOOD_CODE = "048213"
"""The only one for which a server gives a key."""
AS_DOLBOM = f"""#!/bin/bash
[ "$4" = {GOOD_CODE} ] || {{ echo "no key from the server at $7" >&2; exit 1; }}
mkdir -p "$DOLBOM_ROOT/var/lib/dolbom/agent/access"
echo "$7 $9" > "$DOLBOM_ROOT/{PAIRED}"
"""

COMMANDS = {
    **dict.fromkeys(("getent", "systemd-sysusers", "chown", "userdel"), DONE),
    "dpkg": """#!/bin/sh
case $1 in
    --audit) cat "$DOLBOM_ROOT/run/half-installed" 2> /dev/null || true ;;
    --configure) rm "$DOLBOM_ROOT/run/half-installed" ;;
    *) echo "${MACHINE:-amd64}" ;;
esac
""",
    "dpkg-query": """#!/bin/sh
[ ! -e "$DOLBOM_ROOT/run/half-installed" ] || exec echo half-installed
echo installed
""",
    "apt-get": """#!/bin/sh
[ ! -e "$DOLBOM_ROOT/run/half-installed" ] || exec sh -c 'echo E: dpkg was interrupted; exit 100'
""",
    "hostname": "#!/bin/sh\necho 192.168.0.10\n",
    # As of services that have run for weeks: more than a pipe holds.
    "journalctl": """#!/bin/sh
echo ready
echo the server at http://127.0.0.1:8000/ hears this camera
[ ! -e "$DOLBOM_ROOT/run/away" ] || echo "the server at http://127.0.0.1:8000/ is away (timeout)"
seq 20000
""",
    "curl": """#!/bin/sh
[ -e "$DOLBOM_ROOT/run/units/dolbom-backend" ] || exit 7
[ ! -e "$DOLBOM_ROOT/opt/dolbom/current/backend/unwell" ] || exit 22
echo '{"status": "ok"}'
""",
    "python3": f"""#!/bin/sh
[ "$1 $2" = "-m venv" ] || exec /usr/bin/env -i PATH={os.environ["PATH"]} python3 "$@"
mkdir -p "$4/bin" && cp "$DOLBOM_ROOT/stand-ins/uv" "$4/bin/uv" && ln -sf /bin/true "$4/bin/pip"
""",
    "uv": """#!/bin/sh
[ "$1" != --version ] || exec echo uv 0.13.9
for word; do [ "$last" = --project ] && release=$word; last=$word; done
[ "$2" != --check ] || exec test -d "$release/.venv"
[ ! -e "$release/backend/slow" ] || exec sleep 600
[ ! -e "$release/backend/unpackable" ] || exec cp /etc/passwd /dev/full
mkdir "$release/.venv"
""",
    "systemctl": """#!/bin/bash
units=$DOLBOM_ROOT/run/units wants=$DOLBOM_ROOT/etc/systemd/system/multi-user.target.wants
mkdir -p "$units" "$wants"
verb=$1 names=()
for word in "${@:2}"; do [[ $word = -* ]] || names+=("${word%.service}"); done
start() {
    touch "$units/$1"
    [ ! -e "$DOLBOM_ROOT/opt/dolbom/current/backend/migration" ] || "$DOLBOM_ROOT/stand-ins/migrate"
}
for name in "${names[@]}"; do
    unit=$name.service
    [[ $name != *.timer ]] || unit=$name
    case $verb in
        enable) ln -sf "../$unit" "$wants/$unit"; start "$name" ;;
        disable) rm -f "$wants/$unit" "$units/$name" ;;
        start) start "$name" ;;
        stop) rm -f "$units/$name" ;;
        is-enabled) [ -L "$wants/$unit" ] || exit 1 ;;
        is-active) [ -e "$units/$name" ] || exit 3 ;;
        show) echo an-invocation ;;
    esac
done
[ "$verb" != list-units ] || for file in "$units"/*; do
    [ ! -e "$file" ] || [[ $file = *.timer ]] || echo "${file##*/}.service loaded active running"
done
""",
}


@dataclass(frozen=True)
class BareMachine:
    """`root` is its `/`; nothing outside of it is changed."""

    root: Path

    @classmethod
    def make(cls, root: Path) -> "BareMachine":
        """A Debian 12 with nothing of Dolbom on it."""
        machine = cls(root)
        (root / "etc").mkdir(parents=True)
        (root / "etc" / "os-release").write_text(DEBIAN, encoding="utf-8")
        (root / "stand-ins").mkdir()
        for name, text in COMMANDS.items():
            machine._add(name, text)
        update = "UPDATE alembic_version SET version_num = 'later'"
        machine._add(
            "migrate", f'#!/bin/sh\npython3 - << "END"\n{_sql(root / DATABASE, update)}END\n'
        )
        return machine

    def _add(self, name: str, text: str) -> None:
        path = self.root / "stand-ins" / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def start(self, folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """`deploy/install` of the version in `folder`, with nobody to ask."""
        return subprocess.Popen(  # noqa: S603
            [folder / "deploy" / "install", *arguments],
            env=self._environment() | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=_hear_interrupts,
        )

    def at_terminal(self, folder: Path, *arguments: str) -> AbstractContextManager[Terminal]:
        """`deploy/install` of the version in `folder`, with somebody who can answer."""
        return on_terminal([folder / "deploy" / "install", *arguments], self._environment())

    def _environment(self) -> dict[str, str]:
        path = f"{self.root / 'stand-ins'}:{os.environ['PATH']}"
        return {"PATH": path, "DOLBOM_ROOT": str(self.root), "LANG": "C.UTF-8"}

    def install(self, folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
        """How `deploy/install` ended, and all that it said."""
        process = self.start(folder, *arguments, **environment)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    @property
    def pairing(self) -> str | None:
        """The server's address and the source that the box keeps; None if it is not paired."""
        kept = self.root / PAIRED
        return kept.read_text(encoding="utf-8").strip() if kept.exists() else None

    @property
    def version(self) -> str:
        """The version that runs."""
        return (self.root / "opt/dolbom/current").readlink().name

    def running(self) -> set[str]:
        """The units that run."""
        return {path.name for path in (self.root / "run/units").iterdir()}

    def tree(self) -> dict[str, tuple[int, int, bytes]]:
        """Each file with its mode, number and content."""
        paths = [path for path in self.root.rglob("*") if path.is_file()]
        return {
            str(path.relative_to(self.root)): (
                (stat := path.stat()).st_mode,
                stat.st_ino,
                path.read_bytes(),
            )
            for path in paths
        }

    def keep_record(self) -> None:
        """A database of the schema `today`, as a server would have made it."""
        (self.root / DATABASE).parent.mkdir(parents=True)
        with closing(sqlite3.connect(self.root / DATABASE)) as db:
            db.execute("CREATE TABLE alembic_version (version_num TEXT)")
            db.execute("INSERT INTO alembic_version VALUES ('today')")
            db.commit()

    def schema(self) -> str:
        """Which schema the database has."""
        with closing(sqlite3.connect(self.root / DATABASE)) as db:
            found: str = db.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return found


def make_version(folder: Path, *marks: str) -> Path:
    """A small folder of Dolbom, with files of these names in it beside those of all versions."""
    shutil.copytree(REPOSITORY / "deploy", folder / "deploy")
    (folder / "deploy" / "as-dolbom").write_text(AS_DOLBOM, encoding="utf-8")
    for name in FOLDERS:
        (folder / name).mkdir()
    for name in FILES:
        shutil.copy(REPOSITORY / name, folder)
    for mark in marks:
        (folder / mark).touch()
    return folder


def _sql(file: Path, statement: str) -> str:
    return (
        "import sqlite3\n"
        f"db = sqlite3.connect({str(file)!r})\ndb.execute({statement!r})\ndb.commit()\ndb.close()\n"
    )


def _hear_interrupts() -> None:
    """A shell that a test runner starts may have them ignored, and could not trap them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
