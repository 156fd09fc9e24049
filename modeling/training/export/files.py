"""A checkpoint's files, replaced together."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing_files(folder: Path) -> Iterator[Path]:
    """A scratch folder; its files replace those in `folder` once all of them are written."""
    scratch = folder / ".unfinished"
    shutil.rmtree(scratch, ignore_errors=True)  # of a command that was killed
    scratch.mkdir(parents=True)
    try:
        yield scratch
        for path in sorted(scratch.iterdir()):
            path.replace(folder / path.name)
    finally:
        shutil.rmtree(scratch)
