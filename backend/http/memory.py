"""What the C library does with memory that is free again."""

import ctypes
from contextlib import suppress

M_MMAP_THRESHOLD = -3  # as in glibc's malloc.h
LARGE_BYTES = 128 * 1024


def give_back_large_blocks() -> None:
    """Have each large block go back to the system as soon as it is free; before any is taken.

    By itself glibc keeps ever larger ones for later, once one was freed, and in the end a server
    that decodes pictures holds tens of megabytes which nobody uses (`man mallopt`).
    """
    with suppress(AttributeError, OSError):  # another C library has no such thing
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
