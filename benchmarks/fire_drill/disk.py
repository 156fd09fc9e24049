"""A disk that can be filled: a file system of its own in a file, of which little is written."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MB = 10**6


class NoDisk(Exception):
    """This machine lets nobody mount one; the message is one plain line."""


@contextmanager
def disk(folder: Path, size_mb: int) -> Iterator[Path]:
    """An ext4 of `size_mb` that is mounted below `folder`; raises NoDisk."""
    image, mounted = folder / "disk.img", folder / "disk"
    mounted.mkdir()
    with image.open("wb") as file:
        os.truncate(file.fileno(), size_mb * MB)
    _run("mkfs.ext4", "-q", "-F", "-m", "0", str(image))
    _run("mount", "-o", "loop", str(image), str(mounted))
    try:
        yield mounted
    finally:
        _run("umount", "--lazy", str(mounted))


def fill(folder: Path, left_mb: int) -> Path:
    """Take all but `left_mb` of the disk of `folder`; the file to remove."""
    full = folder / "full"
    size = shutil.disk_usage(folder).free - left_mb * MB
    _run("fallocate", "-l", str(size), str(full))
    return full


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        raise NoDisk(f"needs {command[0]}") from None
    except subprocess.CalledProcessError as error:
        raise NoDisk(f"{command[0]}: {error.stderr.strip()} (needs root)") from None
