"""Passwords, as argon2 hashes. Each check takes about a tenth of a second and 64 MiB."""

from functools import cached_property

from pwdlib import PasswordHash
from pydantic import SecretStr


class Passwords:
    """Thread-safe; its methods take long, as `hasher` does."""

    def __init__(self, hasher: PasswordHash | None = None) -> None:
        self._hasher = hasher or PasswordHash.recommended()

    def hash(self, password: SecretStr) -> str:
        """What is kept of it."""
        return self._hasher.hash(password.get_secret_value())

    def fits(self, password: SecretStr, kept: str | None) -> bool:
        """Whether this is what was `kept`; without an account it takes as long to say no."""
        nobodys = self._nobodys
        is_right = self._hasher.verify(password.get_secret_value(), kept or nobodys)
        return is_right and kept is not None

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("")
