"""A server whose disk takes its time: `python -m benchmarks.slow_disk COMMAND [OPTION]...`.

The command runs in this process's place. Each fsync takes FSYNC_US longer than it does here, which
strace sees to; no other system call is touched.
"""

import os
import shutil
import sys
from pathlib import Path

FSYNC_US = 2000
"""A consumer's SSD takes 1 to 5 ms, a memory card more."""


def main(name: str, *options: str) -> None:
    """Become the command."""
    command = shutil.which(name, path=str(Path(sys.executable).parent))
    strace = shutil.which("strace")
    if command is None or strace is None:
        sys.exit(f"expected strace on the PATH, and {name} beside {sys.executable}")
    # -D: strace is the grandchild, so that this process's number stays the server's.
    slow = ("-e", "trace=fsync,fdatasync", "-e", f"inject=fsync,fdatasync:delay_exit={FSYNC_US}")
    how = ("-D", "-f", "--seccomp-bpf", "-qq", "-o", os.devnull, *slow)
    os.execv(strace, [strace, *how, command, *options])  # noqa: S606 (our own command)


if __name__ == "__main__":
    main(*sys.argv[1:])
