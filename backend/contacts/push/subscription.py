"""What a browser gives to whoever may push to it."""

from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Callable
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

AUTH_BYTES = 16


def decoded(text: str) -> bytes:
    """base64url without its padding; raises ValueError."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except Error as error:
        raise ValueError("expected base64url") from error


def _checked(check: Callable[[bytes], None]) -> Callable[[str], str]:
    def validate(text: str) -> str:
        check(decoded(text))
        return text

    return validate


def _point(key: bytes) -> None:
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key)
    except ValueError as error:
        raise ValueError("expected a point of P-256") from error


def _auth(secret: bytes) -> None:
    if len(secret) != AUTH_BYTES:
        raise ValueError(f"expected {AUTH_BYTES} bytes")


class PushKeys(BaseModel):
    """What is needed to write to the browser, each in base64url."""

    model_config = ConfigDict(frozen=True)

    p256dh: Annotated[str, Field(max_length=128), AfterValidator(_checked(_point))]
    auth: Annotated[str, Field(max_length=64), AfterValidator(_checked(_auth))]


class PushSubscription(BaseModel):
    """`PushSubscription.toJSON()` of a browser. All of it is a secret."""

    model_config = ConfigDict(frozen=True)

    endpoint: Annotated[str, Field(min_length=1, max_length=2000)]
    keys: PushKeys
