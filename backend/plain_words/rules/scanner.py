"""A message as the phrases that are known in it, and the words that are not."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from backend.plain_words.known import Known
from backend.plain_words.rules.dates import Period, periods_in
from backend.plain_words.rules.numbers import Number, numbers_in
from backend.plain_words.rules.vocabulary import Meaning, Part, languages, lexicon
from contract.names import visible

HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ\u1100-\u11ff]")
QUOTED = re.compile(r"[\"'“”‘’「『«](?P<name>[^\"'“”‘’」』»]{1,128})[\"'“”‘’」』»]")
WORD = re.compile(r"[^\s\W_][\w'-]*|[^\w\s.,!?;:~()\[\]{}'\"`…·/\\|+*=&%#@^<>-]+")

LONGEST_ENDING = 8


@dataclass(frozen=True)
class Found:
    """A known phrase and where it stands; of a name that several things have, all meanings."""

    start: int
    end: int
    meanings: tuple[Meaning, ...]
    value: Period | Number | str

    def of(self, part: Part) -> str | None:
        """What it stands for as this part; None if it is none."""
        return next((it.key for it in self.meanings if it.part is part), None)


@dataclass(frozen=True)
class Scanned:
    """The phrases without fillers, in their order, and the words that are left over."""

    found: tuple[Found, ...]
    unknown: tuple[str, ...]

    def keys(self, part: Part) -> tuple[str, ...]:
        """What the phrases of this part stand for, each once."""
        keys = (item.of(part) for item in self.found)
        return tuple(dict.fromkeys(key for key in keys if key is not None))

    def has(self, part: Part) -> bool:
        """Whether there is such a phrase."""
        return bool(self.keys(part))


def plain(text: str) -> str:
    """`text` on one line, in small letters and in one form of writing."""
    return visible(unicodedata.normalize("NFKC", text)).casefold()


def scan(text: str, known: Known, today: date) -> Scanned:
    """Read `text`, which is plain. The first of phrases that overlap counts, or the longest."""
    names = names_of(known)
    candidates = [
        *(_names_in(text, names)),
        *(_quoted_in(text, names)),
        *(
            Found(it.start, it.end, (Meaning(Part.PERIOD, ""),), it)
            for it in periods_in(text, today)
        ),
        *(Found(it.start, it.end, (Meaning(Part.NUMBER, ""),), it) for it in numbers_in(text)),
        *(_phrases_in(text)),
    ]
    found = list(_first_and_longest(candidates))
    kept = tuple(item for item in found if item.of(Part.FILLER) is None)
    return Scanned(kept, tuple(_left_over(text, found)))


def names_of(known: Known) -> dict[str, tuple[Meaning, ...]]:
    """Every name that the household has given, in plain writing."""
    named: dict[str, tuple[Meaning, ...]] = {}
    datasets = dict.fromkeys(version.name for version in known.versions)
    for part, names in (
        (Part.DATASET, datasets),
        (Part.CAMERA, sorted(known.cameras)),
        (Part.PERSON, sorted(known.people)),
        (Part.LABEL, sorted(known.labels)),
    ):
        for name in names:
            meanings = named.get(plain(name), ())
            named[plain(name)] = (*meanings, Meaning(part, name))
    return {name: meanings for name, meanings in named.items() if name}


def _alone(part: Part, value: Period | Number) -> Found:
    return Found(value.start, value.end, (Meaning(part, ""),), value)


def _names_in(text: str, names: Mapping[str, tuple[Meaning, ...]]) -> Iterator[Found]:
    for name, meanings in names.items():
        begin = text.find(name)
        while begin >= 0:
            end = begin + len(name)
            if not _goes_on(text, begin, end):
                yield Found(begin, end, meanings, name)
            begin = text.find(name, end)


def _goes_on(text: str, begin: int, end: int) -> bool:
    """Whether `text[begin:end]` is only a part of a word; a Korean ending is no part of it."""
    if begin and text[begin - 1].isalnum() and text[begin].isalnum():
        return True
    rest = re.match(r"[^\W_]*", text[end:])
    tail = rest[0] if rest and text[end - 1].isalnum() else ""
    return bool(tail) and not _is_ending(tail)


def _quoted_in(text: str, names: Mapping[str, tuple[Meaning, ...]]) -> Iterator[Found]:
    for match in QUOTED.finditer(text):
        name = match["name"].strip()
        unknown = (Meaning(Part.QUOTED, name),)
        yield Found(*match.span(), names.get(name, unknown), name)


def _phrases_in(text: str) -> Iterator[Found]:
    for match in _phrases().finditer(text):
        yield Found(*match.span(), (lexicon()[match[0]],), match[0])


def _first_and_longest(candidates: Iterable[Found]) -> Iterator[Found]:
    """Without overlaps. Of two that are as long the first of `candidates` counts."""
    end = 0
    for item in sorted(candidates, key=lambda it: (it.start, -it.end)):
        if item.start >= end:
            yield item
            end = item.end


def _left_over(text: str, found: Iterable[Found]) -> Iterator[str]:
    """The words that nothing covers, without the endings behind what is known."""
    begin = 0
    for item in (*found, None):
        for match in WORD.finditer(text, begin, item.start if item else len(text)):
            is_attached = bool(begin) and match.start() == begin
            if not (_is_ending(match[0]) if is_attached else match[0] in _endings()):
                yield match[0]
        begin = item.end if item else begin


def _is_ending(text: str) -> bool:
    """Whether a Korean word may go on like this, with one ending or more."""
    return len(text) <= LONGEST_ENDING and _some_endings().fullmatch(text) is not None


@cache
def _phrases() -> re.Pattern[str]:
    """All phrases; one in Latin letters is found as a whole word only."""
    longest_first = sorted(lexicon(), key=len, reverse=True)
    return re.compile("|".join(_whole(re.escape(phrase)) for phrase in longest_first))


def _whole(phrase: str) -> str:
    return phrase if HANGUL.search(phrase) else rf"(?<![a-z0-9_]){phrase}(?![a-z0-9_])"


@cache
def _some_endings() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(map(re.escape, _endings())) + ")+")


@cache
def _endings() -> frozenset[str]:
    return frozenset(ending for language in languages().values() for ending in language.endings)
