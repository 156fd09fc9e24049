"""The secret that signs this server's tokens: set, or made at the first start and kept."""

import logging
import secrets
from pathlib import Path

from pydantic import SecretStr

from common.files import made_once, stops_the_start

logger = logging.getLogger(__name__)

OWN_SECRET = Path("access") / "signing-secret"
"""Below DATA_DIR."""
SECRET_BYTES = 48


def signing_secret(set_one: SecretStr | None, data_dir: Path) -> SecretStr:
    """The secret of JWT_SECRET_KEY, or the one below `data_dir`.

    A disk that refuses stops no start: then logins last as long as this process. Raises OSError
    where the place is wrong.
    """
    if set_one is not None:
        return set_one
    path = (data_dir / OWN_SECRET).absolute()
    try:
        secret, _ = made_once(path, lambda: secrets.token_urlsafe(SECRET_BYTES), SECRET_BYTES)
        return SecretStr(secret)
    except OSError as error:
        if stops_the_start(error):
            raise
        logger.error("%s cannot be kept, logins end with this process: %s", path, error)
        return SecretStr(secrets.token_urlsafe(SECRET_BYTES))
