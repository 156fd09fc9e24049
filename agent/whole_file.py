"""Small files of the camera box, written all or nothing."""

from pathlib import Path


def replace_whole(path: Path, text: str) -> None:
    """Let `path` hold `text`: a reader, and a box that stops, finds the old one or the new one.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
