"""How a message is signed, as Standard Webhooks has it."""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from common.files import made_once

PREFIX = "whsec_"
OWN_SECRET = Path("integrations") / "webhook-secret"
"""Below DATA_DIR."""
KEY_BYTES = 32
SHORTEST, LONGEST = 24, 64
EXPECTED = f"expected {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64"


@dataclass(frozen=True)
class Signer:
    """Signs what is sent; who receives it knows the same key."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: SecretStr) -> "Signer":
        """By the key of `whsec_…`. Raises ValueError."""
        text = secret.get_secret_value()
        try:
            key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            raise ValueError(EXPECTED) from None
        if not text.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
            raise ValueError(EXPECTED)
        return cls(key)

    @classmethod
    def own(cls, data_dir: Path) -> "Signer":
        """By the key below `data_dir`, which is made once. Raises OSError and ValueError."""
        path = (data_dir / OWN_SECRET).absolute()
        secret, _ = made_once(path, _new_secret, KEY_BYTES)
        return cls.of(SecretStr(secret))

    def headers(self, message_id: str, body: str, now: float) -> dict[str, str]:
        """Those of one attempt, `now` in seconds since 1970."""
        said = f"{message_id}.{int(now)}.{body}".encode()
        digest = hmac.new(self.key, said, hashlib.sha256).digest()
        return {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now)),
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }


def _new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
