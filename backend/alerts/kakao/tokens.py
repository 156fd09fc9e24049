"""The household's two tokens: kept on disk, renewed by one thread however many wait."""

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pydantic import SecretStr

from backend.alerts.channel import ChannelError, Disposition
from backend.alerts.kakao.client import Grant, KakaoClient
from backend.alerts.kakao.errors import LOG_IN_AGAIN, AccessTokenRefused

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class KakaoCredentials:
    """What the settings say. Only the access token is needed; without the rest it dies in hours."""

    access_token: SecretStr
    refresh_token: SecretStr | None = None
    rest_api_key: SecretStr | None = None
    client_secret: SecretStr | None = None

    @property
    def digest(self) -> str:
        """Tells whether the tokens were changed, without telling the tokens."""
        pair = f"{self.access_token.get_secret_value()}\n{_reveal(self.refresh_token)}"
        return hashlib.sha256(pair.encode()).hexdigest()


@dataclass(frozen=True)
class Tokens:
    """Both tokens; expiries in seconds since 1970 (UTC), None while Kakao has not told them."""

    seed_sha256: str
    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    access_expires_at: float | None = None
    refresh_expires_at: float | None = None

    def renewed(self, grant: Grant, now: float) -> "Tokens":
        """With what a refresh at `now` brought; the old refresh token stays if none came."""
        tokens = replace(
            self,
            access_token=grant.access_token,
            access_expires_at=now + grant.expires_in,
        )
        if grant.refresh_token is None or grant.refresh_token_expires_in is None:
            return tokens
        return replace(
            tokens,
            refresh_token=grant.refresh_token,
            refresh_expires_at=now + grant.refresh_token_expires_in,
        )


class TokenStore:
    """Thread-safe. What was renewed wins over the settings until the settings are changed."""

    def __init__(
        self,
        path: Path,
        credentials: KakaoCredentials,
        client: KakaoClient,
        clock: Callable[[], float],
    ) -> None:
        self._path = path
        self._credentials = credentials
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens = self._stored() or self._seed()

    @property
    def tokens(self) -> Tokens:
        """As they are now."""
        return self._tokens

    @property
    def can_refresh(self) -> bool:
        """Whether there is what a refresh needs."""
        return bool(self._tokens.refresh_token and self._credentials.rest_api_key)

    def refresh(self, stale: str) -> str:
        """The access token that replaces `stale`; asks Kakao unless another thread just did.

        Raises ChannelError. A refresh does not send anything, so that it is never ambiguous.
        """
        with self._lock:
            if self._tokens.access_token != stale:
                return self._tokens.access_token
            grant = self._ask_kakao()
            self._tokens = self._tokens.renewed(grant, self._clock())
            self._save()
            logger.info("the Kakao access token was renewed")
            return self._tokens.access_token

    def _ask_kakao(self) -> Grant:
        refresh_token, key = self._tokens.refresh_token, self._credentials.rest_api_key
        if not refresh_token or not key:
            raise AccessTokenRefused
        secret = _reveal(self._credentials.client_secret)
        try:
            return self._client.refresh(refresh_token, key.get_secret_value(), secret)
        except ChannelError as error:
            if error.disposition is Disposition.AMBIGUOUS:
                raise ChannelError(Disposition.RETRY, error.reason) from None
            raise

    def _seed(self) -> Tokens:
        return Tokens(
            seed_sha256=self._credentials.digest,
            access_token=self._credentials.access_token.get_secret_value(),
            refresh_token=_reveal(self._credentials.refresh_token) or None,
        )

    def _stored(self) -> Tokens | None:
        """What an earlier run renewed; None if there is nothing or the settings are newer."""
        try:
            tokens = Tokens(**json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError):
            logger.warning("%s cannot be read; %s if they are dead", self._path, LOG_IN_AGAIN)
            return None
        return tokens if tokens.seed_sha256 == self._credentials.digest else None

    def _save(self) -> None:
        """Replace the file as a whole; a full disk costs a login after the next start, no memo."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _replace_file(self._path, json.dumps(asdict(self._tokens)).encode())
        except OSError as error:
            logger.error("the renewed Kakao tokens could not be saved: %s", error.strerror)


def _replace_file(path: Path, content: bytes) -> None:
    """Write readable for the owner alone; after a kill there is the old content or the new."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _reveal(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
