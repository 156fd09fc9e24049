"""Who must go when there are too many: of those who have shown no key, never anybody else."""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol, TypeVar

# 256 below the descriptors that systemd gives a service: the rest is for files.
MAX_VISITORS = 768
# The other half is for those who have shown a key.
MAX_STRANGERS = MAX_VISITORS // 2
# A camera box needs two, a live client one; several may share an address.
MAX_PER_ADDRESS = 512


class Visitor(Protocol):
    """A connection; `since` is when it came, in seconds of a monotonic clock."""

    address: str
    since: float
    is_admitted: bool
    """Whether it has shown a key."""


V = TypeVar("V", bound=Visitor)


def who_gives_way(present: Iterable[V], newcomer: V) -> V | None:
    """Whom to hang up on so that the others fit, which may be `newcomer`; None if all do.

    Of the address with the most strangers the one that came first: a newcomer of another address
    has time to show its key, however many strangers there are.
    """
    visitors = [*present, newcomer]
    held = Counter(it.address for it in visitors)
    strangers = [it for it in visitors if not it.is_admitted]
    if held[newcomer.address] > MAX_PER_ADDRESS:
        strangers = [it for it in strangers if it.address == newcomer.address]
    elif len(strangers) <= MAX_STRANGERS and len(visitors) <= MAX_VISITORS:
        return None
    crowds = Counter(it.address for it in strangers)
    return max(strangers, key=lambda it: (crowds[it.address], -it.since), default=newcomer)
