"""`python -m agent.health DATA_DIR`: whether a camera is watched, for a container that asks.

It loads nothing of the rest, since it is asked every half minute.
"""

import sys
import time
from pathlib import Path

STALE_SEC = 60.0
"""Twice the longest HEARTBEAT_SEC: a heartbeat is written before it is sent."""


def newest_write(data_dir: Path) -> float | None:
    """When an outbox was last written to, seconds since 1970; None before the first time.

    Raises OSError.
    """
    files = (data_dir / "outbox").glob("*.sqlite3*")
    return max((file.stat().st_mtime for file in files), default=None)


def trouble(data_dir: Path, now: float) -> str | None:
    """Why no camera of this box is watched, in one line; None while one is."""
    try:
        newest = newest_write(data_dir)
    except OSError as error:
        return f"cannot read below {data_dir}: {error.strerror}"
    if newest is None:
        return f"nothing was ever watched: {data_dir / 'outbox'} is empty"
    age = now - newest
    return f"nothing is watched: the newest event is {age:.0f} s old" if age > STALE_SEC else None


def main() -> None:
    """End with status 0 where a camera is watched, else with 1 and why none is."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m agent.health DATA_DIR")
    sys.exit(trouble(Path(sys.argv[1]), time.time()))


if __name__ == "__main__":
    main()
