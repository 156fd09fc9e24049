"""The channel that the alerts send through: Kakao's calls with a token that is kept alive."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TypeVar
from urllib.parse import urlsplit

from backend.alerts.channels.base import ChannelError, DailyQuota, Disposition, Memo
from backend.alerts.channels.kakao.app import KakaoApp
from backend.alerts.channels.kakao.client import KakaoClient, Timeouts
from backend.alerts.channels.kakao.errors import NO_CONSENT, AccessTokenRefused
from backend.alerts.channels.kakao.settings import Settings
from backend.alerts.channels.kakao.template import TextTemplate
from backend.alerts.channels.kakao.token_file import TokenFile
from backend.alerts.channels.kakao.tokens import KakaoCredentials, TokenStore

logger = logging.getLogger(__name__)

T = TypeVar("T")

HOUSEHOLDS = "kakao"
"""The channel of the settings, or of run-kakao-login; each person can have one of their own."""

MEMOS_A_DAY = 20
"""Kakao's quota for one sender and one receiver."""

KOREA = timezone(timedelta(hours=9))

THIS_MACHINE = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104

RENEW_BEFORE = 2 * 3600.0
"""A check renews an access token with fewer seconds left, so that no memo has to wait for it."""


def _midnight_in_korea(now: float) -> float:
    """The last one, from which on Kakao counts the day's memos."""
    today = datetime.fromtimestamp(now, KOREA).replace(hour=0, minute=0, second=0, microsecond=0)
    return today.timestamp()


@dataclass(frozen=True)
class TokenCheck:
    """Whether a memo could be sent now. Expiries in seconds since 1970 (UTC), None if unknown."""

    can_send: bool
    reason: str | None
    token_alive: bool
    talk_message_granted: bool
    access_token_expires_at: float | None
    refresh_token_expires_at: float | None
    warning: str | None = None
    """What will stop a memo before long."""
    memos_today: int = 0
    """Alerts that Kakao took since midnight in Korea; tests are not counted."""
    memos_a_day: int = MEMOS_A_DAY


class KakaoChannel:
    """Sends to the caregiver's own chat. Thread-safe; its methods block."""

    rings = False
    quota: DailyQuota | None = DailyQuota(MEMOS_A_DAY, _midnight_in_korea)

    def __init__(
        self,
        client: KakaoClient,
        tokens: TokenStore,
        template: TextTemplate,
        clock: Callable[[], float],
        name: str = HOUSEHOLDS,
    ) -> None:
        self.name = name
        self._client = client
        self._tokens = tokens
        self._template = template
        self._clock = clock

    def send(self, memo: Memo) -> None:
        """Send; a dead token is renewed once. Raises ChannelError, ValueError for a bad length."""
        template = self._template.render(memo.text, memo.link)
        self._with_token(lambda token: self._client.send_memo(token, template, last=memo.resend))

    def check(self) -> None:
        """Raises ChannelError unless a memo could be sent; renews a token that soon dies."""
        self._tokens.keep()
        left = self._with_token(self._client.token_lifetime)
        if left < RENEW_BEFORE and self._tokens.can_refresh:
            self._tokens.refresh(self._tokens.access_token)
        if not self._with_token(self._client.may_send):
            raise ChannelError(Disposition.ACCESS, NO_CONSENT)

    def is_up(self) -> bool:
        """Whether Kakao answers at all."""
        return self._client.is_up()

    @property
    def is_logged_in(self) -> bool:
        """Whether there are tokens, good or bad. Asks nobody."""
        return self._tokens.tokens is not None

    def token_check(self) -> TokenCheck:
        """As `check`, with what was found out."""
        alive = granted = False
        expires_at = reason = None
        try:
            left = self._with_token(self._client.token_lifetime)
            alive, expires_at = True, self._clock() + left
            granted = self._with_token(self._client.may_send)
        except ChannelError as error:
            reason = error.reason
        if alive and not granted and reason is None:
            reason = NO_CONSENT
        tokens = self._tokens.tokens
        return TokenCheck(
            can_send=granted,
            reason=reason,
            token_alive=alive,
            talk_message_granted=granted,
            access_token_expires_at=expires_at,
            refresh_token_expires_at=tokens.refresh_expires_at if tokens else None,
            warning=self._tokens.warning,
        )

    @property
    def warning(self) -> str | None:
        """What will stop a memo before long, in one line; None while nothing will. Asks nobody."""
        return self._tokens.warning

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _with_token(self, call: Callable[[str], T]) -> T:
        """`call` with the access token; once more with a new one if Kakao refuses it (-401)."""
        token = self._tokens.access_token
        try:
            return call(token)
        except AccessTokenRefused:
            return call(self._tokens.refresh(stale=token))


def open_channels(
    settings: Settings, clock: Callable[[], float], timeouts: Timeouts | None = None
) -> list[KakaoChannel]:
    """None unless something says that the household's account is to be used.

    A token or a login does. So does the app's key there, until people have accounts of their own;
    who enters it on the page goes on to connect an account of their own.
    """
    file = TokenFile.below(settings.data_dir)
    is_expected = settings.kakao_rest_api_key and not TokenFile.has_people(settings.data_dir)
    if not (settings.kakao_access_token or is_expected or file.version()):
        return []
    _warn_of_link(_link_url(settings))
    credentials = KakaoCredentials(settings.kakao_access_token, settings.kakao_refresh_token)
    return [_open(settings, file, credentials, clock, HOUSEHOLDS, timeouts)]


def open_account(
    settings: Settings, file: TokenFile, clock: Callable[[], float], name: str
) -> KakaoChannel:
    """The channel `name` of the account whose tokens are in `file`; the app is the household's."""
    return _open(settings, file, KakaoCredentials(), clock, name)


def _open(
    settings: Settings,
    file: TokenFile,
    credentials: KakaoCredentials,
    clock: Callable[[], float],
    name: str,
    timeouts: Timeouts | None = None,
) -> KakaoChannel:
    client = KakaoClient(settings.kakao_api_url, settings.kakao_auth_url, timeouts or Timeouts())
    tokens = TokenStore(file, credentials, client, clock, KakaoApp.of(settings).key)
    template = TextTemplate(_link_url(settings), settings.alert_button_title)
    return KakaoChannel(client, tokens, template, clock, name)


def _link_url(settings: Settings) -> str | None:
    return str(settings.alert_link_url) if settings.alert_link_url else None


def _warn_of_link(url: str | None) -> None:
    """Say at the start where the memos have no button, or one that no phone can follow."""
    if url is None:
        logger.warning("ALERT_LINK_URL is not set: Kakao's memos have no button")
    elif urlsplit(url).hostname in THIS_MACHINE:
        logger.warning("ALERT_LINK_URL leads to this machine, where no phone gets: %s", url)
