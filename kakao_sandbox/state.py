"""What the stand-in remembers: an app, people, tokens, quotas, and the memos it accepted."""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from kakao_sandbox.accounts import (
    ACCESS_LIFETIME,
    FIRST_USER_ID,
    REFRESH_LIFETIME,
    ROTATION_MARGIN,
    Account,
    left,
)
from kakao_sandbox.errors import api_error, auth_error
from kakao_sandbox.faults import FaultQueue

logger = logging.getLogger(__name__)

CODE_LIFETIME = 600.0
TALK_MESSAGE = "talk_message"
FIRST_NAME = "sandbox"
"""The person whose tokens are good from the start."""
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

    def check(self, by_person: int, by_app: int) -> None:
        """A memo to oneself counts against all four; raises the code of the first one used up."""
        for sent, limit, code, name in (
            (by_person, self.pair, -536, "sender and receiver"),
            (by_person, self.sender, -532, "sender"),
            (by_person, self.receiver, -533, "receiver"),
            (by_app, self.app, -10, "app"),
        ):
            if sent >= limit:
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
    name: str
    redirect_uri: str
    scope: str
    expires_at: float


@dataclass
class SandboxState:
    """One app and its people. Not thread-safe: the server's event loop is the only writer.

    `account` is who logs in where no login page asks; a name that is new is a new person.
    """

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
        self.account = FIRST_NAME
        self.login_page = False
        self.login_denied = False
        self.untick_talk_message = False
        self.secret_required = True
        self.redirect_uris: list[str] = []
        token, refresh_token = self.credentials.access_token, self.credentials.refresh_token
        first = Account(FIRST_USER_ID, FIRST_NAME, refresh_token, now + REFRESH_LIFETIME)
        self.accounts = {FIRST_NAME: first}
        self.access_tokens = {token: now + ACCESS_LIFETIME}
        self._owners = {token: first}
        self._codes: dict[str, _Code] = {}

    def check_access(self, token: str) -> Account:
        """Whose `token` this is; raises -401 unless it is alive."""
        if self.access_tokens.get(token, 0.0) <= self.clock():
            raise api_error(-401, "this access token does not exist or is already expired")
        return self._owners[token]

    def accept_memo(self, account: Account, template: dict[str, Any]) -> None:
        """Record a memo that passed all checks; raises -402 or a quota's code."""
        if not account.talk_message:
            scopes = [TALK_MESSAGE]
            raise api_error(-402, "insufficient scopes.", required_scopes=scopes, allowed_scopes=[])
        self.quotas.check(self.sent_today(account), self.sent_today())
        self.memos.append(Memo(template["text"], template, self.clock(), account.user_id))
        logger.info("memo accepted: %s", " / ".join(template["text"].splitlines()))

    def sent_today(self, account: Account | None = None) -> int:
        """Memos accepted since the last midnight in Korea, of one person or of all."""
        today = datetime.fromtimestamp(self.clock(), KOREA).date()
        days = (
            datetime.fromtimestamp(memo.received_at, KOREA).date()
            for memo in self.memos
            if account is None or memo.user_id == account.user_id
        )
        return sum(day == today for day in days)

    def is_registered(self, redirect_uri: str) -> bool:
        """Whether the app has this redirect URI; any, while none was registered."""
        return not self.redirect_uris or redirect_uri in self.redirect_uris

    def log_in(self, redirect_uri: str, name: str | None = None, *, ticked: bool = True) -> str:
        """A person agrees; returns the code that `redeem` takes once."""
        scope = TALK_MESSAGE if ticked and not self.untick_talk_message else ""
        code, expires_at = secrets.token_urlsafe(24), self.clock() + CODE_LIFETIME
        self._codes[code] = _Code(name or self.account, redirect_uri, scope, expires_at)
        return code

    def redeem(self, code: str, redirect_uri: str) -> dict[str, object]:
        """The token answer of a login; raises KOE303, KOE320 or KOE237."""
        login = self._codes.get(code)
        if login is None or login.expires_at <= self.clock():
            raise auth_error("KOE320", f"authorization code not found for code={code}")
        if login.redirect_uri != redirect_uri:
            raise auth_error("KOE303", "Redirect URI mismatch.")
        account = self._account(login.name)
        answer = self._issue_access(account)
        del self._codes[code]
        account.talk_message = login.scope == TALK_MESSAGE
        return answer | account.renew_refresh(self.clock()) | {"scope": login.scope}

    def refresh(self, refresh_token: str) -> dict[str, object]:
        """The token answer of a refresh; raises KOE322 or KOE237.

        A new refresh token comes only when the old one has under a month left; then the old one
        is dead.
        """
        now = self.clock()
        found = (it for it in self.accounts.values() if it.refresh_token == refresh_token)
        account = next(found, None)
        if account is None or account.refresh_expires_at <= now:
            raise auth_error("KOE322", f"refresh token is not valid: {refresh_token}")
        answer = self._issue_access(account)
        is_old = account.refresh_expires_at - now < ROTATION_MARGIN
        return answer | account.renew_refresh(now) if is_old else answer

    def agree(self, *, talk_message: bool) -> None:
        """Let everybody's consent be this."""
        for account in self.accounts.values():
            account.talk_message = talk_message

    def expire_refresh_in(self, seconds: float) -> None:
        """Every refresh token that is out now has so many seconds left."""
        for account in self.accounts.values():
            account.refresh_expires_at = self.clock() + seconds

    def _account(self, name: str) -> Account:
        """The person of this name, who may be new."""
        if name not in self.accounts:
            number = FIRST_USER_ID + len(self.accounts)
            self.accounts[name] = Account(number, name, secrets.token_urlsafe(32), 0.0)
        return self.accounts[name]

    def _issue_access(self, account: Account) -> dict[str, object]:
        now = self.clock()
        account.count_token(now)
        token = secrets.token_urlsafe(32)
        self.access_tokens[token], self._owners[token] = now + ACCESS_LIFETIME, account
        return {"token_type": "bearer", "access_token": token, "expires_in": left(ACCESS_LIFETIME)}

    def expire_access_in(self, seconds: float) -> None:
        """Every access token that is out now has so many seconds left."""
        self.access_tokens = dict.fromkeys(self.access_tokens, self.clock() + seconds)

    def describe(self) -> dict[str, object]:
        """What `GET /sandbox/state` shows; no token."""
        now, first = self.clock(), self.accounts[FIRST_NAME]
        return {
            "access_expires_in": max(self.access_tokens.values()) - now,
            "refresh_expires_in": first.refresh_expires_at - now,
            "talk_message": first.talk_message,
            "account": self.account,
            "accounts": {name: it.user_id for name, it in self.accounts.items()},
            "login_page": self.login_page,
            "redirect_uris": self.redirect_uris,
            "login_denied": self.login_denied,
            "untick_talk_message": self.untick_talk_message,
            "secret_required": self.secret_required,
            "quotas": asdict(self.quotas),
            "sent_today": self.sent_today(),
            "faults_waiting": len(self.faults),
        }
