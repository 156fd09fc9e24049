"""The identities of erased events, beside the journal: a database that is made again from it has to
know what comes a second time."""

from collections.abc import Iterable
from pathlib import Path

from common.files import replace_durably

NAME = "erased-ids.txt"


def erased_ids(folder: Path) -> list[str]:
    """Those of all events that were ever erased. Raises OSError."""
    try:
        return (folder / NAME).read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []


def keep_erased_ids(folder: Path, identities: Iterable[str]) -> None:
    """Let these be all. Raises OSError."""
    replace_durably(folder / NAME, "".join(f"{each}\n" for each in identities).encode("ascii"))
