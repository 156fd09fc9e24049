"""Makes the Parquet of one file of the journal, as a process of its own: the server keeps its turns
and its memory.

`python -m backend.record.closing SOURCE TARGET`; what went wrong is its last line on stderr.
"""

import os
import subprocess
import sys
from pathlib import Path

from backend.record.closed_file import make
from backend.storage.errors import DatabaseUnavailable

MODULE = "backend.record.closing"
NICENESS = 19
LIMIT_SEC = 600.0


def make_apart(source: Path, target: Path) -> None:
    """Have it made, and wait; raises OSError and ValueError where it was not."""
    command = [sys.executable, "-m", MODULE, str(source), str(target)]
    try:
        done = subprocess.run(  # noqa: S603 (our own command, no shell)
            command, capture_output=True, timeout=LIMIT_SEC, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"it took more than {LIMIT_SEC:g} s") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise ValueError(said[-1] if said else f"it ended with {done.returncode}")


def main() -> None:
    """Make it, when nobody else wants the processor."""
    os.nice(NICENESS)
    source, target = map(Path, sys.argv[1:3])
    try:
        make(source, target)
    except (OSError, ValueError, DatabaseUnavailable) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
