"""What is written is for its owner only: it says when somebody was at home, and falls."""

import os
from collections.abc import Iterable
from pathlib import Path


def keep_private(data_dir: Path, folders: Iterable[str] = ()) -> None:
    """Let this process write files of mode 0600 and folders of 0700, whoever starts it.

    What lies in `folders` of `data_dir` from before is narrowed. Others may have put something
    beside them, which is left alone.
    """
    os.umask(0o077)
    for folder in (data_dir / name for name in folders):
        for path in [folder, *folder.rglob("*")]:
            _narrow(path)


def _narrow(path: Path) -> None:
    try:
        found = path.lstat()
        wider = found.st_mode & 0o077
        if wider and found.st_uid == os.geteuid() and not path.is_symlink():
            path.chmod(found.st_mode & 0o700)
    except OSError:  # gone, or on a disk that takes no changes
        return
