"""Whoever wants to hear of events, incidents and alerts subscribes here."""

import logging
from collections import defaultdict
from collections.abc import Callable
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

    def subscribe(self, kind: type[M], subscriber: Callable[[M], object]) -> None:
        """Call `subscriber` for each message of class `kind`."""
        self._subscribers[kind].append(subscriber)

    def publish(self, message: object) -> None:
        """Call all subscribers of its class, who see all households. Any thread."""
        with within(None):
            for subscriber in self._subscribers[type(message)]:
                try:
                    subscriber(message)
                except Exception:
                    logger.exception("a subscriber to %s failed", type(message).__name__)
