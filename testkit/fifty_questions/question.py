"""A question with its known answer, and what an answer gets wrong of it."""

import re
from dataclasses import dataclass
from datetime import date

from testkit.language_models.turns import CallScript
from testkit.scripted_talk import ScriptedAnswer

MARK = re.compile(r"\[\d+\]")
ROUNDED, TENTH = 0.0051, 0.051
"""Of two decimals, and of one."""
SAID = re.compile(r"\d{4}-\d{2}-\d{2}|-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class About:
    """A number that may be off by `within`: of rounding, or of what a camera cannot see."""

    value: float
    within: float


Known = About | float | date | str
"""A number or day that the answer says, or a word that is in it."""


@dataclass(frozen=True)
class Question:
    """A `text`, the calls that a good model makes for it, and what it `says` of their results.

    `known` is what the generator of the record knows, in the order in which the answer says it.
    """

    text: str
    calls: tuple[CallScript, ...]
    says: str
    known: tuple[Known, ...]

    @property
    def script(self) -> ScriptedAnswer:
        """What the stand-in of a model does when it is asked this."""
        return ScriptedAnswer(self.text, self.calls, self.says)

    def misses(self, response: str) -> list[str]:
        """Of what is known, what an answer says otherwise or not, and what it says beyond that."""
        words = [it for it in self.known if isinstance(it, str)]
        figures = [it for it in self.known if not isinstance(it, str)]
        said = SAID.findall(MARK.sub("", response))
        missing = [f"expected {word!r}" for word in words if word not in response]
        if len(said) != len(figures):
            return [*missing, f"expected {figures}, found {said}"]
        pairs = zip(said, figures, strict=True)
        wrong = [f"expected {known}, found {text}" for text, known in pairs if not _is(text, known)]
        return missing + wrong


def _is(text: str, known: About | float | date) -> bool:
    if isinstance(known, date):
        return text == known.isoformat()
    value, within = (known.value, known.within) if isinstance(known, About) else (known, 1e-9)
    return "-" not in text[1:] and abs(float(text) - value) <= within
