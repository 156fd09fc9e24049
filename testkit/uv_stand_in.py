"""A stand-in for uv and for what it would fetch to convert for LiteRT: a process like the real one.

`install` puts it on a PATH of its own. How it behaves stands in a file beside it.
"""

import sys
import time
from enum import StrEnum
from pathlib import Path

BEHAVIOR, MARK = "behavior", "half-written"
HALF = b"half a model"
OFFLINE = "error: Failed to fetch: `litert-torch`\n  Caused by: dns error"


class Behavior(StrEnum):
    """What becomes of a conversion."""

    HANGS = "hangs"
    """It has written half of the file."""
    OFFLINE = "offline"
    """The packages are nowhere to be had."""
    CRASHES = "crashes"


def install(folder: Path, behavior: Behavior) -> Path:
    """Put it into `folder`, which is to be the PATH."""
    folder.mkdir(exist_ok=True)
    (folder / BEHAVIOR).write_text(behavior)
    command = folder / "uv"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} {__file__} "$0" "$@"\n')
    command.chmod(0o755)
    return folder


def main(own: Path, arguments: list[str]) -> None:
    """Behave as it was told to."""
    behavior = Behavior((own.parent / BEHAVIOR).read_text())
    if behavior is Behavior.OFFLINE:
        sys.exit(OFFLINE)
    if behavior is Behavior.CRASHES:
        raise NotImplementedError("no operation named lstm")
    _, _program, target, _ = arguments[arguments.index("python") + 1 :]
    Path(target).write_bytes(HALF)
    (own.parent / MARK).touch()
    time.sleep(20.0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
