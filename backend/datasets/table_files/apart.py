"""Makes the table of a file in a process of its own: whatever a stranger has put into it, the
server goes on, with its memory and its turns.

`python -m backend.datasets.table_files.apart ORIGINAL FOLDER TARGET` prints a message per line.
"""

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, TypeAdapter, ValidationError

from backend.datasets.errors import UnusableFiles
from contract.own_tables import TableDescription

if TYPE_CHECKING:
    from backend.datasets.table_files.making import Report  # DuckDB takes memory

    MakeTable = Callable[[Path, Path, Path, Report], TableDescription]

MODULE = "backend.datasets.table_files.apart"
NICENESS = 10
ADDRESS_BYTES = 2 * 2**30
"""Beyond what the process has at first: DuckDB's bound and some to spare."""
ORPHANED = 3
BROKEN = "expected a table that can be read, this file breaks what reads it"


class Progress(BaseModel):
    """What is done, and how many of how many bytes of it are over."""

    doing: str
    done: int
    total: int


class Refusal(BaseModel):
    """Why the file is no table."""

    refusal: str


Message = Progress | Refusal | TableDescription
MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)


def make_apart(original: Path, folder: Path, target: Path, report: "Report") -> TableDescription:
    """What `make_table` does; the process is ended where `report` raises. Raises UnusableFiles."""
    with subprocess.Popen(  # noqa: S603 (our own command, no shell)
        [sys.executable, "-I", "-m", MODULE, *map(str, (original, folder, target))],
        env={"PATH": os.environ.get("PATH", "")},  # nothing of ours
        stdin=subprocess.PIPE,  # it closes when the server is gone
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            return _heard(process.stdout or (), report)
        finally:
            process.kill()


def _heard(lines: Iterable[bytes], report: "Report") -> TableDescription:
    try:
        for line in lines:
            match MESSAGE.validate_json(line):
                case Progress(doing=doing, done=done, total=total):
                    report(doing, done, total)
                case Refusal(refusal=refusal):
                    raise UnusableFiles(refusal)
                case TableDescription() as made:
                    return made
    except ValidationError as error:  # it ended in the middle of a line
        raise UnusableFiles(BROKEN) from error
    raise UnusableFiles(BROKEN)


def main() -> None:
    """Make it, and say what came of it."""
    from backend.datasets.table_files.making import make_table

    threading.Thread(target=_end_with_server, daemon=True).start()
    _hold()
    original, folder, target = map(Path, sys.argv[1:4])
    try:
        _say(make_table(original, folder, target, _report))
    except UnusableFiles as error:
        _say(Refusal(refusal=str(error)))
    except OSError as error:
        _say(Refusal(refusal=f"the disk refuses: {error.strerror}"))


def _report(doing: str, done: int, total: int) -> None:
    _say(Progress(doing=doing, done=done, total=total))


def _say(message: Message) -> None:
    sys.stdout.write(message.model_dump_json() + "\n")
    sys.stdout.flush()


def _hold() -> None:
    """Let nothing that follows cost more."""
    os.nice(NICENESS)
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + ADDRESS_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_server() -> None:
    while os.read(sys.stdin.fileno(), 4096):  # a buffer's lock would abort the process at its end
        pass
    os._exit(ORPHANED)


if __name__ == "__main__":
    main()
