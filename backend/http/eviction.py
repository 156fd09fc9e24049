"""Which connection is closed when there are too many: one that has shown no key.

Of those who have, only of a person or a camera that holds far more than it needs.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol, TypeVar

from backend.http.network import subnet_of

# 256 below the descriptors that systemd gives a service: the rest is for files.
MAX_CONNECTIONS = 768
# The other half is for those who have shown a key.
MAX_STRANGERS = MAX_CONNECTIONS // 2
# A camera box needs two, a live client one; several may share an address.
MAX_PER_ADDRESS = 512
# Of one person or camera: more are let in while there is room.
MAX_PER_OWNER = 64


class Connection(Protocol):
    """`since` is when it came, in seconds of a monotonic clock."""

    address: str
    since: float
    is_admitted: bool
    """Whether it has shown a key."""
    owner: str
    """The person or the camera that it is of; empty for the household's own key, and at first."""


C = TypeVar("C", bound=Connection)


def choose_evicted(present: Iterable[C], newcomer: C) -> C | None:
    """The one to close so that the others fit, which may be `newcomer`; None if all fit.

    Of the address with the most strangers the one that came first: a newcomer of another address
    has time to show its key, however many strangers there are. Where there are none, of whoever
    holds far more than anybody needs.
    """
    connections = [*present, newcomer]
    home = subnet_of(newcomer.address)
    neighbours = [it for it in connections if subnet_of(it.address) == home]
    if len(neighbours) > MAX_PER_ADDRESS:
        connections = neighbours
    strangers = [it for it in connections if not it.is_admitted]
    is_full = len(neighbours) > MAX_PER_ADDRESS or len(connections) > MAX_CONNECTIONS
    if not is_full and len(strangers) <= MAX_STRANGERS:
        return None
    if strangers == [newcomer]:
        return _first_of_the_greediest(connections) or newcomer
    crowds = Counter(subnet_of(it.address) for it in strangers)
    return max(
        strangers, key=lambda it: (crowds[subnet_of(it.address)], -it.since), default=newcomer
    )


def _first_of_the_greediest(connections: Iterable[C]) -> C | None:
    """The first connection of who holds most, if that is far more than anybody needs."""
    named = [it for it in connections if it.owner]
    held = Counter(it.owner for it in named)
    many = (it for it in named if held[it.owner] > MAX_PER_OWNER)
    return max(many, key=lambda it: (held[it.owner], -it.since), default=None)
