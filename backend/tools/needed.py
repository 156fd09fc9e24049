"""How much a tool needs to say anything at all."""

from dataclasses import dataclass
from typing import Literal

from contract.language import Language

Counted = Literal["rows", "values", "pairs", "days"]

_SAID: dict[Language, str] = {
    "ko": "{noun}이 모자랍니다. {needed}{unit} 이상이어야 하는데 {found}{unit}입니다.",
    "en": "There are too few {noun}: {needed} or more are needed, and {found} found.",
}
_NOUNS: dict[Language, dict[Counted, str]] = {
    "ko": {"rows": "행", "values": "값", "pairs": "값의 쌍", "days": "날"},
    "en": {"rows": "rows", "values": "values", "pairs": "pairs", "days": "days"},
}


@dataclass(frozen=True)
class Needed:
    """At least `count` of something."""

    count: int
    of: Counted

    def too_little(self, found: int, language: Language) -> str | None:
        """What was needed and what was `found`, in one sentence; None where that is enough."""
        return None if found >= self.count else self.said(found, language)

    def said(self, found: int, language: Language) -> str:
        """That there are only so many."""
        noun, unit = _NOUNS[language][self.of], "일" if self.of == "days" else "개"
        return _SAID[language].format(noun=noun, unit=unit, needed=self.count, found=found)
