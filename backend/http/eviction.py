"""Which connection is closed when there are too many: one that has shown no key, never another."""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol, TypeVar

# 256 below the descriptors that systemd gives a service: the rest is for files.
MAX_CONNECTIONS = 768
# The other half is for those who have shown a key.
MAX_STRANGERS = MAX_CONNECTIONS // 2
# A camera box needs two, a live client one; several may share an address.
MAX_PER_ADDRESS = 512


class Connection(Protocol):
    """`since` is when it came, in seconds of a monotonic clock."""

    address: str
    since: float
    is_admitted: bool
    """Whether it has shown a key."""


C = TypeVar("C", bound=Connection)


def choose_evicted(present: Iterable[C], newcomer: C) -> C | None:
    """The one to close so that the others fit, which may be `newcomer`; None if all fit.

    Of the address with the most strangers the one that came first: a newcomer of another address
    has time to show its key, however many strangers there are.
    """
    connections = [*present, newcomer]
    held = Counter(it.address for it in connections)
    strangers = [it for it in connections if not it.is_admitted]
    if held[newcomer.address] > MAX_PER_ADDRESS:
        strangers = [it for it in strangers if it.address == newcomer.address]
    elif len(strangers) <= MAX_STRANGERS and len(connections) <= MAX_CONNECTIONS:
        return None
    crowds = Counter(it.address for it in strangers)
    return max(strangers, key=lambda it: (crowds[it.address], -it.since), default=newcomer)
