"""What the stand-in remembers: an app, a person, tokens, quotas, and the memos it accepted."""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from kakao_sandbox.errors import api_error, auth_error
from kakao_sandbox.faults import FaultQueue

logger = logging.getLogger(__name__)

DAY = 86_400.0
ACCESS_LIFETIME = 6 * 3600.0
REFRESH_LIFETIME = 60 * DAY
ROTATION_MARGIN = 30 * DAY
CODE_LIFETIME = 600.0
TOKEN_LIMIT = 20
TOKEN_LIMIT_PERIOD = 600.0
TALK_MESSAGE = "talk_message"
USER_ID = 4_100_001
APP_ID = 100_001
KOREA = timezone(timedelta(hours=9))


@dataclass(frozen=True)
class Credentials:
    """What the stand-in accepts from the start. They guard nothing, so they are no secrets."""

    access_token: str = "sandbox-access-token"  # noqa: S105
    refresh_token: str = "sandbox-refresh-token"  # noqa: S105
    rest_api_key: str = "sandbox-rest-api-key"
    client_secret: str = "sandbox-client-secret"  # noqa: S105


@dataclass
class Quotas:
    """Memos a day that Kakao takes for an app, a sender, a receiver, and a pair of the two."""

    app: int = 30_000
    sender: int = 100
    receiver: int = 100
    pair: int = 20

    def check(self, sent_today: int) -> None:
        """A memo to oneself counts against all four; raises the code of the first one used up."""
        for limit, code, name in (
            (self.pair, -536, "sender and receiver"),
            (self.sender, -532, "sender"),
            (self.receiver, -533, "receiver"),
            (self.app, -10, "app"),
        ):
            if sent_today >= limit:
                raise api_error(code, f"daily message limit exceeded for the {name}")


@dataclass(frozen=True)
class Memo:
    """A memo that Kakao accepted; `received_at` is seconds since 1970 (UTC)."""

    text: str
    template: dict[str, Any]
    received_at: float
    user_id: int


@dataclass(frozen=True)
class _Code:
    redirect_uri: str
    scope: str
    expires_at: float


@dataclass
class SandboxState:
    """One app and one person. Not thread-safe: the server's event loop is the only writer."""

    credentials: Credentials = field(default_factory=Credentials)
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything but the credentials; both tokens are as new."""
        now = self.clock()
        self.memos: list[Memo] = []
        self.faults = FaultQueue()
        self.quotas = Quotas()
        self.talk_message = True
        self.login_denied = False
        self.untick_talk_message = False
        self.secret_required = True
        self.access_tokens = {self.credentials.access_token: now + ACCESS_LIFETIME}
        self.refresh_token = self.credentials.refresh_token
        self.refresh_expires_at = now + REFRESH_LIFETIME
        self._codes: dict[str, _Code] = {}
        self._issued_at: list[float] = []

    def check_access(self, token: str) -> None:
        """Raises -401 unless `token` is alive."""
        if self.access_tokens.get(token, 0.0) <= self.clock():
            raise api_error(-401, "this access token does not exist or is already expired")

    def accept_memo(self, template: dict[str, Any]) -> None:
        """Record a memo that passed all checks; raises -402 or a quota's code."""
        if not self.talk_message:
            scopes = [TALK_MESSAGE]
            raise api_error(-402, "insufficient scopes.", required_scopes=scopes, allowed_scopes=[])
        self.quotas.check(self.sent_today())
        self.memos.append(Memo(template["text"], template, self.clock(), USER_ID))
        logger.info("memo accepted: %s", " / ".join(template["text"].splitlines()))

    def sent_today(self) -> int:
        """Memos accepted since the last midnight in Korea."""
        today = datetime.fromtimestamp(self.clock(), KOREA).date()
        days = (datetime.fromtimestamp(memo.received_at, KOREA).date() for memo in self.memos)
        return sum(day == today for day in days)

    def log_in(self, redirect_uri: str) -> str:
        """The person agrees; returns the code that `redeem` takes once."""
        scope = "" if self.untick_talk_message else TALK_MESSAGE
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(redirect_uri, scope, self.clock() + CODE_LIFETIME)
        return code

    def redeem(self, code: str, redirect_uri: str) -> dict[str, object]:
        """The token answer of a login; raises KOE303, KOE320 or KOE237."""
        login = self._codes.get(code)
        if login is None or login.expires_at <= self.clock():
            raise auth_error("KOE320", f"authorization code not found for code={code}")
        if login.redirect_uri != redirect_uri:
            raise auth_error("KOE303", "Redirect URI mismatch.")
        answer = self._issue_access()
        del self._codes[code]
        self.talk_message = login.scope == TALK_MESSAGE
        return answer | self._issue_refresh() | {"scope": login.scope}

    def refresh(self, refresh_token: str) -> dict[str, object]:
        """The token answer of a refresh; raises KOE322 or KOE237.

        A new refresh token comes only when the old one has under a month left; then the old one
        is dead.
        """
        left = self.refresh_expires_at - self.clock()
        if refresh_token != self.refresh_token or left <= 0:
            raise auth_error("KOE322", f"refresh token is not valid: {refresh_token}")
        answer = self._issue_access()
        return answer | self._issue_refresh() if left < ROTATION_MARGIN else answer

    def _issue_access(self) -> dict[str, object]:
        now = self.clock()
        self._issued_at = [at for at in self._issued_at if at > now - TOKEN_LIMIT_PERIOD]
        if len(self._issued_at) >= TOKEN_LIMIT:
            raise auth_error("KOE237", "token request rate limit exceeded")
        self._issued_at.append(now)
        token = secrets.token_urlsafe(32)
        self.access_tokens[token] = now + ACCESS_LIFETIME
        return {"token_type": "bearer", "access_token": token, "expires_in": _left(ACCESS_LIFETIME)}

    def _issue_refresh(self) -> dict[str, object]:
        self.refresh_token = secrets.token_urlsafe(32)
        self.refresh_expires_at = self.clock() + REFRESH_LIFETIME
        return {
            "refresh_token": self.refresh_token,
            "refresh_token_expires_in": _left(REFRESH_LIFETIME),
        }

    def expire_access_in(self, seconds: float) -> None:
        """Every access token that is out now has so many seconds left."""
        self.access_tokens = dict.fromkeys(self.access_tokens, self.clock() + seconds)

    def describe(self) -> dict[str, object]:
        """What `GET /sandbox/state` shows; no token."""
        now = self.clock()
        return {
            "access_expires_in": max(self.access_tokens.values()) - now,
            "refresh_expires_in": self.refresh_expires_at - now,
            "talk_message": self.talk_message,
            "login_denied": self.login_denied,
            "untick_talk_message": self.untick_talk_message,
            "secret_required": self.secret_required,
            "quotas": asdict(self.quotas),
            "sent_today": self.sent_today(),
            "faults_waiting": len(self.faults),
        }


def _left(lifetime: float) -> int:
    """Kakao counts from the moment before: six hours are 21599 seconds."""
    return int(lifetime) - 1
