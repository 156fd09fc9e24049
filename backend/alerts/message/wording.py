"""What is said of each label: one file of words per language, which anybody may edit."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from string import Formatter
from typing import Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from backend.errors import describe
from backend.troubles.phrase import Language, Phrase

PLACES: Mapping[str, frozenset[str]] = {
    name: frozenset(places.split())
    for name, places in {
        "moment": "year month day weekday half hour hour12 minute second",
        "moment_of_another_year": "year month day weekday half hour hour12 minute second",
        "since": "moment",
        "arrived": "moment",
        "seconds": "seconds",
        "minutes": "minutes seconds",
        "of_household": "household place",
        "counted": "what count",
        "several": "count",
        "of_many": "what count",
        "more": "names count",
        "came_and_went": "place times now",
        "again": "count",
        "address": "address entry",
        "entry": "code",
        "call_119": "who",
        "named": "name",
        "notices": "who",
        "unknown": "label",
        "daily_word": "year month day half hour hour12 minute percent count",
        "verdicts": "posture percent",
    }.items()
}
"""What may stand in braces, by the field; in all others nothing."""


class DailyWords(BaseModel):
    """What is said once a day; `active_less` and `active_more` of a day that is not as usual."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: str
    head: str
    up: str
    not_up: str
    active_as_usual: str
    active_more: str
    active_less: str
    active_unknown: str
    night: str
    night_calm: str
    watched: str
    unwatched: str


class Wording(BaseModel):
    """One language, but for the troubles, whose rows have their own sentences.

    `unknown` is said of a label that no phrase is there for, and `self_test` of an incident that is
    one.

    `falls` says of a fall how it ended, by a word of its END's `state`; `got_up` is what is said at
    the END of what lasted, by its label. Of several words of a `state` the first one of `falls` and
    of `states` is said. `verdicts` are what the key picture says.
    From `counted` on it is about several alerts in one memo: `counted` is of one camera's falls,
    `several` of troubles of several kinds, and `of_many` of one trouble of several cameras.
    `notices` say what has become of an incident that was notified, `buttons` are the answers to it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Language
    moment: str
    moment_of_another_year: str
    weekdays: tuple[str, ...] = Field(min_length=7, max_length=7)
    halves: tuple[str, str]
    since: str
    seconds: str
    minutes: str
    phrases: Mapping[str, Phrase]
    falls: Mapping[str, Phrase]
    got_up: Mapping[str, Phrase]
    unknown: Phrase
    self_test: Phrase
    daily_word: DailyWords
    all_clear: Phrase
    no_longer: Phrase
    one_left: Phrase
    states: Mapping[str, str]
    postures: Mapping[str, str]
    verdicts: Mapping[str, str]
    resend_mark: str
    resend_note: str
    unrecorded_note: str
    unfinished_note: str
    arrived: str
    server: str
    of_household: str
    counted: str
    joined_note: str
    any_alert: str
    several: str
    of_many: str
    more: str
    came_and_went: str
    now_on: str
    now_over: str
    now_unwatched: str
    test_mark: str
    again: str
    address: str
    entry: str
    call_119: str
    named: str
    somebody: str
    notices: Mapping[str, Phrase]
    buttons: Mapping[str, str]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read one language; raises ValueError, in one line, for what is no file of words."""
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except ValidationError as error:
            raise ValueError(describe(error)) from error

    @field_validator("*")
    @classmethod
    def _only_known_places(cls, value: object, info: ValidationInfo) -> object:
        known = PLACES.get(info.field_name or "", frozenset())
        for text in _texts(value):
            unknown = {place for _, place, _, _ in Formatter().parse(text) if place} - known
            if unknown:
                raise ValueError(f"{{{unknown.pop()}}} is not known, {_list(known)}")
        return value

    def who(self, name: str | None) -> str:
        """A person, as the beginning of a sentence."""
        return self.named.format(name=name) if name else self.somebody

    def written(self, at: datetime, this_year: int) -> str:
        """A local time as it is written in `this_year`."""
        text = self.moment if at.year == this_year else self.moment_of_another_year
        return text.format(
            year=at.year, month=at.month, day=at.day, weekday=self.weekdays[at.weekday()],
            half=self.halves[at.hour // 12], hour=at.hour, hour12=at.hour % 12 or 12,
            minute=at.minute, second=at.second,
        )  # fmt: skip

    def lasting(self, seconds: float) -> str:
        """For how long."""
        if seconds < 59.95:
            return self.seconds.format(seconds=seconds)
        minutes, rest = divmod(round(seconds), 60)
        return self.minutes.format(minutes=minutes, seconds=rest)


def _texts(value: object) -> Iterator[str]:
    """The texts in a field, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Phrase):
        yield from (value.what, value.advice)
    elif isinstance(value, DailyWords):
        yield from value.model_dump().values()
    elif isinstance(value, Mapping):
        for entry in value.values():
            yield from _texts(entry)


def _list(known: frozenset[str]) -> str:
    if not known:
        return "expected no name in braces"
    return "expected one of " + ", ".join(f"{{{name}}}" for name in sorted(known))


def _shipped(name: str) -> Wording:
    """Raises ImportError, which commands show in one line: without words there is no start."""
    path = Path(__file__).with_name(name)
    try:
        return Wording.load(path)
    except (OSError, ValueError) as error:
        raise ImportError(f"{path}: {error}") from error


KOREAN, ENGLISH = _shipped("ko.toml"), _shipped("en.toml")
WORDS: Mapping[Language, Wording] = {"ko": KOREAN, "en": ENGLISH}
