"""What is said of something in one language."""

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from contract.language import Language

__all__ = ["Language", "Phrase"]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Phrase:
    """What has happened, and what to do about it."""

    what: str
    advice: str = ""
