"""What is said of something in one language."""

from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

Language = Literal["ko", "en"]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Phrase:
    """What has happened, and what to do about it."""

    what: str
    advice: str = ""
