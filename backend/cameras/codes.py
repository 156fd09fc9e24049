"""The code of six digits that a camera box shows once to get a key of its own. Pure."""

import hmac
import secrets
from hashlib import scrypt

DIGITS = 6
LIFETIME_SEC = 600.0
WRONG_TRIES = 5
"""Of anybody, after which an open code is good no more: a guess then hits once in 200,000."""
SALT_BYTES = 16
# 4 MB and some ms a code: who reads the database cannot try all of them while one is open.
_WORK = {"n": 2**12, "r": 8, "p": 1}


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digest_of_code(code: str, salt: bytes | None = None) -> str:
    """What is kept of a code: its salt and its digest."""
    salt = salt or secrets.token_bytes(SALT_BYTES)
    return f"{salt.hex()}${scrypt(code.encode(), salt=salt, **_WORK).hex()}"


def is_code_of(code: str, digest: str) -> bool:
    """Whether `digest` was made of this code."""
    salt = bytes.fromhex(digest.partition("$")[0])
    return hmac.compare_digest(digest_of_code(code, salt), digest)
