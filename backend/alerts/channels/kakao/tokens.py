"""The household's two tokens: kept on disk, renewed by one thread however many wait."""

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import SecretStr

from backend.alerts.channels.base import ChannelError, Disposition
from backend.alerts.channels.kakao.app import AppKey
from backend.alerts.channels.kakao.client import Grant, KakaoClient
from backend.alerts.channels.kakao.errors import LOG_IN_AGAIN, NOT_LOGGED_IN, AccessTokenRefused
from backend.alerts.channels.kakao.token_file import TokenFile, Tokens, Version

logger = logging.getLogger(__name__)

WARN_BEFORE = 7 * 86_400.0
"""Seconds before the refresh token's expiry from which on it is warned of."""


@dataclass(frozen=True)
class KakaoCredentials:
    """The tokens that the settings hold."""

    access_token: SecretStr | None = None
    refresh_token: SecretStr | None = None

    @property
    def digest(self) -> str:
        """Says whether the tokens were changed, without showing them."""
        pair = f"{_reveal(self.access_token)}\n{_reveal(self.refresh_token)}"
        return hashlib.sha256(pair.encode()).hexdigest()


class TokenStore:
    """Thread-safe. The newest wins: what was renewed, a login, or settings changed since.

    Without a refresh token and an `app`, which may come and change, an access token dies in hours.
    """

    def __init__(
        self,
        file: TokenFile,
        credentials: KakaoCredentials,
        client: KakaoClient,
        clock: Callable[[], float],
        app: Callable[[], AppKey | None],
    ) -> None:
        self._file = file
        self._app = app
        self._credentials = credentials
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._unsaved: str | None = None
        self._version: Version | None = None
        self._tokens = self._seed()
        with file.locked():
            self._look_for_login()

    @property
    def tokens(self) -> Tokens | None:
        """As they are now, a login of another process included; None before the first login.

        Does not wait for a refresh, of which there is none without tokens.
        """
        may_wait = self._tokens is None
        if self._file.version() != self._version and self._lock.acquire(blocking=may_wait):
            try:
                with self._file.locked():
                    self._look_for_login()
            finally:
                self._lock.release()
        return self._tokens

    @property
    def access_token(self) -> str:
        """The one to send with; raises ChannelError before the first login."""
        tokens = self.tokens
        if tokens is None:
            raise ChannelError(Disposition.ACCESS, NOT_LOGGED_IN)
        return tokens.access_token

    @property
    def can_refresh(self) -> bool:
        """Whether there is what a refresh needs."""
        tokens = self._tokens
        return bool(tokens and tokens.refresh_token and self._app())

    @property
    def warning(self) -> str | None:
        """What will stop the memos before long unless somebody acts; None while nothing will."""
        if (tokens := self.tokens) is None:
            return None
        if self._unsaved:
            return f"the renewed tokens are lost at the next start: {self._unsaved}; {LOG_IN_AGAIN}"
        if not self.can_refresh:
            return f"the access token cannot be renewed: {LOG_IN_AGAIN}"
        expires_at = tokens.refresh_expires_at
        if expires_at is None or expires_at - self._clock() > WARN_BEFORE:
            return None
        day = datetime.fromtimestamp(expires_at, UTC)
        return f"the refresh token expires at {day:%Y-%m-%d %H:%M} UTC: {LOG_IN_AGAIN}"

    def refresh(self, stale: str) -> str:
        """The access token that replaces `stale`; asks Kakao unless another thread just did.

        Raises ChannelError. A refresh does not send anything, so that it is never ambiguous.
        """
        with self._lock, self._file.locked():
            self._look_for_login()
            if self._tokens and self._tokens.access_token != stale:
                return self._tokens.access_token
            grant, tokens = self._ask_kakao()
            self._save(tokens.renewed(grant, self._clock()))
            logger.info("the Kakao access token was renewed")
            return grant.access_token

    def keep(self) -> None:
        """Try again to save what could not be saved."""
        with self._lock, self._file.locked():
            self._look_for_login()
            if self._unsaved and self._tokens:
                self._save(self._tokens)

    def _ask_kakao(self) -> tuple[Grant, Tokens]:
        """What replaces the tokens, and those; raises ChannelError."""
        tokens, app = self._tokens, self._app()
        if tokens is None or not tokens.refresh_token or app is None:
            raise AccessTokenRefused
        key, secret = app.rest_api_key.get_secret_value(), _reveal(app.client_secret)
        try:
            grant = self._client.refresh(tokens.refresh_token, key, secret)
        except ChannelError as error:
            if error.disposition is Disposition.AMBIGUOUS:
                raise ChannelError(Disposition.RETRY, error.reason) from None
            raise
        return grant, tokens

    def _look_for_login(self) -> None:
        """Take over what is stored, if it is newer. Called with both locks."""
        version = self._file.version()
        if version == self._version:
            return
        stored = self._stored()
        if stored:
            self._tokens, self._unsaved = stored, None
        self._version = version  # who sees it without the lock sees its tokens, too
        if stored and stored.seed_sha256 is None:
            # Which settings the login was newer than: later ones differ from them.
            self._save(replace(stored, seed_sha256=self._credentials.digest))
            logger.info("the Kakao tokens of a new login are in use")

    def _seed(self) -> Tokens | None:
        if self._credentials.access_token is None:
            return None
        return Tokens(
            seed_sha256=self._credentials.digest,
            access_token=self._credentials.access_token.get_secret_value(),
            refresh_token=_reveal(self._credentials.refresh_token) or None,
        )

    def _stored(self) -> Tokens | None:
        """What a login or an earlier run stored; None unless it is newer than the settings."""
        try:
            tokens = self._file.load()
        except (OSError, ValueError):
            logger.warning("%s cannot be read; %s if they are dead", self._file.path, LOG_IN_AGAIN)
            return None
        if tokens is None or self._credentials.access_token is None:
            return tokens
        return tokens if tokens.seed_sha256 in (None, self._credentials.digest) else None

    def _save(self, tokens: Tokens) -> None:
        """Use and store them; a full disk costs a login after the next start, no memo."""
        self._tokens = tokens
        try:
            self._file.save(tokens)
        except OSError as error:
            self._unsaved = f"{error.strerror}"
            logger.error("the renewed Kakao tokens could not be saved: %s", error.strerror)
        else:
            self._unsaved = None
            self._version = self._file.version()


def _reveal(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
