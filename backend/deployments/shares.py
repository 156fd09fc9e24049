"""Which version answers, by the shares of a deployment."""

import hashlib
import random
from collections.abc import Mapping

from backend.errors import InvalidInput

WHOLE = 100


def check_shares(shares: Mapping[str, int]) -> None:
    """Raise InvalidInput unless they add up to 100."""
    if (total := sum(shares.values())) != WHOLE:
        raise InvalidInput(f"shares: expected percent that add up to {WHOLE}, got {total}")


def the_one(shares: Mapping[str, int]) -> str:
    """The only version of a deployment that serves one; raises InvalidInput."""
    serving = [version_id for version_id, share in shares.items() if share]
    if len(serving) != 1:
        raise InvalidInput("shares: expected one version with 100 percent")
    return serving[0]


def chosen(shares: Mapping[str, int], deployment_id: str, key: str | None) -> str:
    """The version that answers: for one `key` always the same, without one by chance.

    While a share grows, who was answered by that version stays with it.
    """
    point = _point(f"{deployment_id}\n{key}") if key is not None else random.random() * WHOLE  # noqa: S311
    for version_id, share in sorted(shares.items()):
        point -= share
        if point < 0:
            return version_id
    raise ValueError(f"expected shares that add up to {WHOLE}")


def _point(text: str) -> float:
    """From 0 to below 100, the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64 * WHOLE
