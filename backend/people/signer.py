"""Tokens that only this server makes, each good for one purpose and for some time."""

import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from pydantic import SecretStr

from backend.people.errors import ExpiredToken, InvalidToken

ALGORITHM = "HS256"
# Time is an argument; all else is PyJWT's to check.
_CHECKS: Any = {"require": ["exp", "aud"], "verify_exp": False, "verify_iat": False}


class Signer:
    """Thread-safe. `purpose` is any word; a token of one purpose is none of another."""

    def __init__(self, secret: SecretStr, clock: Callable[[], float] = time.time) -> None:
        self._secret, self._clock = secret, clock

    @property
    def fingerprint(self) -> str:
        """By which the secret is known again, and not found out."""
        secret = self._secret.get_secret_value().encode()
        return hmac.digest(secret, b"fingerprint", "sha256").hex()[:16]

    def sign(self, claims: Mapping[str, object], purpose: str, expires_at: float) -> str:
        """A token that says `claims` until `expires_at`, in seconds since 1970."""
        payload = {**claims, "aud": purpose, "exp": int(expires_at)}
        return jwt.encode(payload, self._secret.get_secret_value(), algorithm=ALGORITHM)

    def read(self, token: str, purpose: str) -> dict[str, Any]:
        """The claims of `token`; raises InvalidToken, and ExpiredToken where it was good once."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._secret.get_secret_value(),
                algorithms=[ALGORITHM],
                audience=purpose,
                options=_CHECKS,
            )
        except jwt.InvalidTokenError as error:
            raise InvalidToken("expected a token that this server has made") from error
        if claims["exp"] <= self._clock():
            raise ExpiredToken("expected a token that is still good")
        return claims
