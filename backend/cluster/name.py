"""The name of this server among others, which any server has."""

import secrets
from pathlib import Path

from common.files import made_once

NAME_FILE = "server-name"
NAME_BYTES = 4


def own_name(data_dir: Path) -> str:
    """The name of the server that has this DATA_DIR, also after a restart. Raises OSError."""
    path = (data_dir / NAME_FILE).absolute()
    name, _ = made_once(path, lambda: secrets.token_hex(NAME_BYTES), 2 * NAME_BYTES)
    return name
