"""The household's key where API_KEY is not set: made at the first start, and kept."""

import logging
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from backend.config import VisionSettings
from common.files import made_once
from contract.access import OWN_KEY

logger = logging.getLogger(__name__)

KEY_BYTES = 32

S = TypeVar("S", bound=VisionSettings)


@dataclass(frozen=True)
class OwnKey:
    """A key, where it lies, and whether it was made just now."""

    key: SecretStr
    path: Path
    is_new: bool


def with_key(settings: S) -> tuple[S, OwnKey | None]:
    """The settings with a key in them, unless they allow none; what is ours of it. Raises OSError.

    A server whose settings allow to be without a key has none.
    """
    if settings.api_key or settings.allow_without_key:
        return settings, None
    own = own_key(settings.data_dir)
    return settings.model_copy(update={"api_key": own.key}), own


def announce_key(settings: VisionSettings, own: OwnKey | None) -> None:
    """Say in the log where the key lies, or that there is none; never the key itself."""
    if own:
        made = "a key was made" if own.is_new else "the key is the one that was made"
        logger.info("API_KEY is not set: %s, it lies in %s", made, own.path)
    elif settings.api_key is None:
        logger.warning(
            "ALLOW_WITHOUT_KEY is for trying things out: whatever reaches this machine by its "
            "name localhost, also through a tunnel, may do everything"
        )


def own_key(data_dir: Path) -> OwnKey:
    """The key below `data_dir`, which is made if there is none; raises OSError."""
    path = (data_dir / OWN_KEY).absolute()
    key, is_new = made_once(path, lambda: secrets.token_urlsafe(KEY_BYTES), KEY_BYTES)
    return OwnKey(SecretStr(key), path, is_new)
