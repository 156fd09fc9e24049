"""What the C library does with memory that is free again."""

import platform
import subprocess
import sys

import pytest

BLOCK = 4 * 2**20
# A large block that is freed raises glibc's own limit; the next ones then come from the heap and
# stay there, below one that is in use.
PROGRAM = f"""
import sys
from pathlib import Path
from backend.http.memory import give_back_large_blocks

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

if sys.argv[1:]:
    give_back_large_blocks()
bytearray(2 * {BLOCK})
before = resident()
blocks = [bytearray(b"x" * {BLOCK}) for _ in range(8)]
last = blocks.pop()
del blocks
print(resident() - before)
"""


def left_behind(*arguments: str) -> int:
    """Resident bytes after seven of eight large blocks were freed."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(said.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="an affair of glibc")
def test_large_blocks_go_back_to_the_system_and_would_not_by_themselves() -> None:
    assert left_behind("given back") < 2 * BLOCK
    assert left_behind() > 4 * BLOCK
