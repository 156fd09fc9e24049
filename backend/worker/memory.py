"""How much memory the processes of a job have."""

import os
from contextlib import suppress
from pathlib import Path

PROCESSES = Path("/proc")
SESSION, PAGES = 3, 21
"""Where they stand behind the name in `/proc/ID/stat`: proc_pid_stat(5) counts two more."""


def resident_bytes(session: int, processes: Path = PROCESSES) -> int:
    """What all processes of a session have in memory together; 0 where no `/proc` says it.

    What two of them share counts twice.
    """
    pages = 0
    for path in processes.glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
            pages += int(fields[PAGES]) if int(fields[SESSION]) == session else 0
    return pages * os.sysconf("SC_PAGE_SIZE")
