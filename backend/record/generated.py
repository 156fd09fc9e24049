"""The mark of a record that nobody lived: a file beside it, written by who generates it."""

from pathlib import Path

MARK = "generated-record"


def is_generated(data_dir: Path) -> bool:
    """Whether the record below `data_dir` was generated."""
    return (data_dir / MARK).exists()


def mark_generated(data_dir: Path) -> None:
    """Say so, for good."""
    (data_dir / MARK).write_text("This record was generated: nobody lived it.\n")
