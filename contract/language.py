"""The languages in which people are spoken to."""

from typing import Literal

Language = Literal["ko", "en"]
