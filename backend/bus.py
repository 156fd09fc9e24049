"""What is published here of events, incidents and alerts reaches all that have subscribed."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from backend.seen import within

logger = logging.getLogger(__name__)

M = TypeVar("M")


class Bus:
    """Hands each message to the subscribers of its class, in the thread that publishes it.

    A subscriber must not wait. One that raises is logged, and keeps the message from nobody else.
    Subscribe before anything is published.
    """

    def __init__(self) -> None:
        self._subscribers: defaultdict[type, list[Callable[[Any], object]]] = defaultdict(list)
        self._listeners: defaultdict[type, list[Callable[[Any], object]]] = defaultdict(list)

    def subscribe(
        self, kind: type[M], subscriber: Callable[[M], object], *, everywhere: bool = False
    ) -> None:
        """Call `subscriber` for each message of class `kind`.

        With `everywhere` also for those of the other servers that share the database.
        """
        self._subscribers[kind].append(subscriber)
        if everywhere:
            self._listeners[kind].append(subscriber)

    def subscribe_to_others(self, kind: type[M], subscriber: Callable[[M], object]) -> None:
        """Call `subscriber` for the messages of the other servers only."""
        self._listeners[kind].append(subscriber)

    def publish(self, message: object) -> None:
        """Call all subscribers of its class, who see all households. Any thread."""
        with within(None):
            _call(self._subscribers[type(message)], message)

    def hear(self, message: object) -> None:
        """Another server has published it: call those who listen everywhere. Any thread."""
        _call(self._listeners[type(message)], message)


def _call(subscribers: Iterable[Callable[[Any], object]], message: object) -> None:
    for subscriber in subscribers:
        try:
            subscriber(message)
        except Exception:
            logger.exception("a subscriber to %s failed", type(message).__name__)
