"""The words of the rules: a file per language, which anybody may edit; all are known at once."""

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from contract.language import Language

FILES: Mapping[Language, str] = {"ko": "ko.toml", "en": "en.toml"}
Words = tuple[str, ...]


class Part(StrEnum):
    """What a phrase is in a message."""

    RECIPE = "recipe"
    LABEL = "label"
    SETTING = "setting"
    QUEUE = "queue"
    BASE = "base"
    DATASET = "dataset"
    CAMERA = "camera"
    PERSON = "person"
    KIND = "kind"
    """Says what the name beside it is a name of."""
    TRAINS = "trains"
    ASKS = "asks"
    NEGATION = "negation"
    LONGER = "longer"
    SHORTER = "shorter"
    ADDS = "adds"
    """What is named comes to what is there, and does not take its place."""
    NUMBER = "number"
    PERIOD = "period"
    QUOTED = "quoted"
    FILLER = "filler"


class DateWords(BaseModel):
    """How dates are said. The patterns have `{amount}`, `{unit}` and `{month}` in them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    today: Words
    yesterday: Words
    this_week: Words
    last_week: Words
    this_month: Words
    last_month: Words
    this_year: Words
    last_year: Words
    day: Words
    week: Words
    month: Words
    year: Words
    months: Words
    span: str
    since_ago: str
    date: str
    before_since: str | None = None
    before_until: str | None = None
    after_since: str | None = None
    after_until: str | None = None


class Vocabulary(BaseModel):
    """One file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    yes: Words
    no: Words
    polite: Words
    negations: Words
    asks: Words
    trains: Words
    longer: Words
    shorter: Words
    adds: Words
    fillers: Words
    endings: Words
    recipes: Mapping[str, Words]
    labels: Mapping[str, Words]
    settings: Mapping[str, Words]
    queues: Mapping[str, Words]
    bases: Mapping[str, Words]
    kinds: Mapping[str, Words]
    amounts: Mapping[str, int]
    dates: DateWords

    def phrases(self) -> Iterator[tuple[str, Part, str]]:
        """Every phrase, what it is, and what it stands for."""
        named = {
            Part.RECIPE: self.recipes,
            Part.LABEL: self.labels,
            Part.SETTING: self.settings,
            Part.QUEUE: self.queues,
            Part.BASE: self.bases,
            Part.KIND: self.kinds,
        }
        alone = {
            Part.FILLER: (*self.polite, *self.fillers),
            Part.TRAINS: self.trains,
            Part.ASKS: self.asks,
            Part.NEGATION: self.negations,
            Part.LONGER: self.longer,
            Part.SHORTER: self.shorter,
            Part.ADDS: self.adds,
        }
        for part, words in alone.items():
            yield from ((word, part, "") for word in words)
        for part, entries in named.items():
            yield from ((word, part, key) for key, words in entries.items() for word in words)


@dataclass(frozen=True)
class Meaning:
    """What a phrase is, and what it stands for."""

    part: Part
    key: str


@cache
def languages() -> Mapping[Language, Vocabulary]:
    """Those that the rules know; raises ValueError for a file that is none."""
    folder = Path(__file__).parent
    texts = {code: (folder / name).read_text(encoding="utf-8") for code, name in FILES.items()}
    # In the one form of writing that messages are brought into.
    known = {code: tomllib.loads(unicodedata.normalize("NFKC", it)) for code, it in texts.items()}
    return {code: Vocabulary.model_validate(it) for code, it in known.items()}


@cache
def lexicon() -> Mapping[str, Meaning]:
    """What each phrase means; of two meanings the later one of `Vocabulary.phrases`."""
    found = (entry for language in languages().values() for entry in language.phrases())
    return {phrase: Meaning(part, key) for phrase, part, key in found}
