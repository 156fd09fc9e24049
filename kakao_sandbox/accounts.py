"""The people who have an account at the stand-in, and the tokens that an app has of each."""

import secrets
from dataclasses import dataclass, field

from kakao_sandbox.errors import auth_error

DAY = 86_400.0
ACCESS_LIFETIME = 6 * 3600.0
REFRESH_LIFETIME = 60 * DAY
ROTATION_MARGIN = 30 * DAY
TOKEN_LIMIT = 20
TOKEN_LIMIT_PERIOD = 600.0
FIRST_USER_ID = 4_100_001


@dataclass
class Account:
    """One person: what they agreed to, and the app's refresh token of them."""

    user_id: int
    name: str
    refresh_token: str = field(repr=False)
    refresh_expires_at: float
    talk_message: bool = True
    issued_at: list[float] = field(default_factory=list)

    def count_token(self, now: float) -> None:
        """One more access token; raises KOE237 where there were too many of late."""
        self.issued_at = [at for at in self.issued_at if at > now - TOKEN_LIMIT_PERIOD]
        if len(self.issued_at) >= TOKEN_LIMIT:
            raise auth_error("KOE237", "token request rate limit exceeded")
        self.issued_at.append(now)

    def renew_refresh(self, now: float) -> dict[str, object]:
        """A new refresh token, which ends the one before, as a token answer has it."""
        self.refresh_token = secrets.token_urlsafe(32)
        self.refresh_expires_at = now + REFRESH_LIFETIME
        return {
            "refresh_token": self.refresh_token,
            "refresh_token_expires_in": left(REFRESH_LIFETIME),
        }


def left(lifetime: float) -> int:
    """Kakao counts from the moment before: six hours are 21599 seconds."""
    return int(lifetime) - 1
