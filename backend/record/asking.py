"""Asks the record again where one of its files had its time meanwhile."""

from collections.abc import Callable
from typing import TypeVar

from backend.storage.errors import DatabaseUnavailable

T = TypeVar("T")


def asked_again(question: Callable[[], T]) -> T:
    """What a question answers that opens a snapshot; the second time of a new one.

    Retention and erasure delete files of the record while somebody reads them. Raises what the
    question raises.
    """
    try:
        return question()
    except DatabaseUnavailable:
        return question()
