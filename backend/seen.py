"""Whose rows may be seen while a request is answered; the database's second fence goes by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_household: ContextVar[int | None] = ContextVar("household", default=None)


@contextmanager
def within(household_id: int | None) -> Iterator[None]:
    """What is asked here is about this household alone, or about all with None.

    Threads of `run_in_threadpool` and tasks that begin here go by it; other threads see all.
    """
    token = _household.set(household_id)
    try:
        yield
    finally:
        _household.reset(token)


def household_seen() -> int | None:
    """The household that is asked about; None is all."""
    return _household.get()
