"""How a process stays within the memory that its worker lets it have."""

import gc
import resource
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SHARE = 0.75
"""Of what the worker allows: it counts programs and their libraries too, which this does not."""
MOST_HALVINGS = 2
SAID = ("bad_alloc", "bad allocation", "Failed to allocate memory", "encoding error 1")
"""By which libraries whose errors are no MemoryError say that they have none."""


def bound_memory(memory_mb: int) -> None:
    """From now on what would take more memory raises MemoryError, or what its library does."""
    most = int(memory_mb * SHARE) * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def halving(make: Callable[[int], T]) -> tuple[T, int]:
    """What `make` gives, and with how many halvings of the sides it had the memory for it.

    Raises MemoryError where it has none after two of them, and whatever else `make` raises.
    """
    for halvings in range(MOST_HALVINGS):
        try:
            return make(halvings), halvings
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        gc.collect()
    return make(MOST_HALVINGS), MOST_HALVINGS


def is_out_of_memory(error: Exception) -> bool:
    """Whether a library had no memory, in whatever way it says so."""
    return isinstance(error, MemoryError) or any(said in str(error) for said in SAID)
