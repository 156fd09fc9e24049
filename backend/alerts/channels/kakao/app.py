"""The household's app at Kakao: its key stands in the environment, or was entered on the page."""

import json
import logging
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, SecretStr, ValidationError

from backend.alerts.channels.kakao.settings import Settings
from common.files import replace_durably
from contract.access import Token

logger = logging.getLogger(__name__)

FILE = Path("access") / "kakao-app.json"
"""Below DATA_DIR, for its owner only."""


class AppSource(StrEnum):
    """Where the key comes from."""

    ENVIRONMENT = "environment"
    PAGE = "page"


@dataclass(frozen=True)
class AppKey:
    """What Kakao has given the app."""

    rest_api_key: SecretStr
    client_secret: SecretStr | None = None


class _Kept(BaseModel):
    rest_api_key: Token
    client_secret: Token | None = None


class KakaoApp:
    """Thread-safe. It reads the file whenever it is asked, so that a new key is used at once.

    The environment wins: with a key there nothing is read.
    """

    def __init__(self, set_one: AppKey | None, path: Path) -> None:
        self._set, self._path = set_one, path
        self._lock = threading.Lock()

    @classmethod
    def of(cls, settings: Settings) -> "KakaoApp":
        """That of the installation with these settings."""
        key, secret = settings.kakao_rest_api_key, settings.kakao_client_secret
        return cls(AppKey(key, secret) if key else None, settings.data_dir / FILE)

    @property
    def source(self) -> AppSource | None:
        """Where the key comes from; None while there is none."""
        if self._set:
            return AppSource.ENVIRONMENT
        return AppSource.PAGE if self._kept() else None

    def key(self) -> AppKey | None:
        """The key as it is now; None while there is none."""
        return self._set or self._kept()

    def keep(self, key: AppKey | None) -> None:
        """Let this be the key, on the disk when it returns; None forgets it. Raises OSError."""
        with self._lock:
            if key is None:
                self._path.unlink(missing_ok=True)
                return
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_durably(self._path, _written(key))

    def _kept(self) -> AppKey | None:
        try:
            kept = _Kept.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            # Without its words: they could repeat what stands there.
            logger.error("%s cannot be read: %s", self._path, type(error).__name__)
            return None
        return AppKey(kept.rest_api_key, kept.client_secret)


def _written(key: AppKey) -> bytes:
    secret = key.client_secret.get_secret_value() if key.client_secret else None
    kept = {"rest_api_key": key.rest_api_key.get_secret_value(), "client_secret": secret}
    return json.dumps(kept).encode()
