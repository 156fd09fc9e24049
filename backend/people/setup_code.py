"""The code by which the first owner sets up the household: nobody has a password by default."""

import hmac
import secrets

SETUP_PATH = "/setup"


class SetupCode:
    """Lives as long as this process, and is good until the household is set up."""

    def __init__(self) -> None:
        self._code = secrets.token_urlsafe(18)

    @property
    def path(self) -> str:
        """Where its page is, with the code."""
        return f"{SETUP_PATH}?code={self._code}"

    def fits(self, code: str) -> bool:
        """Whether this is the code."""
        return hmac.compare_digest(code.encode(errors="replace"), self._code.encode())
