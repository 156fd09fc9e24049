"""What is published of erasures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ErasuresChanged:
    """For the bus: one was asked for, of which each server has a part to do."""
