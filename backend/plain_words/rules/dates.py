"""Spans of days in a message, seen from a given day: both ends count."""

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from backend.plain_words.rules.vocabulary import DateWords, Vocabulary, languages

ISO = re.compile(
    r"(?<![\d.])(?P<year>20\d\d)[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})(?:t[\d:.]+z?)?(?![\d-])"
)
LONGEST_SPAN = 1000
"""Of any unit."""
BESIDE = 16
"""Characters in which a "since" stands before a day, or the last day behind the first."""


@dataclass(frozen=True)
class Period:
    """Where it stands in the message, and its days; None is open, both None is no day at all."""

    start: int
    end: int
    since: date | None
    until: date | None


@dataclass(frozen=True)
class _Patterns:
    """What is looked for in one language."""

    words: DateWords
    amounts: Mapping[str, int]
    span: re.Pattern[str]
    since_ago: re.Pattern[str]
    date: re.Pattern[str]
    named: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]


def periods_in(text: str, today: date) -> list[Period]:
    """The spans of days that are said in `text`, which is in small letters, in their order.

    Two that a "from … to …" joins are one.
    """
    found: list[Period] = []
    for period in sorted(_all(text, today), key=lambda it: (it.start, -it.end)):
        if not found or period.start >= found[-1].end:
            found.append(period)
    return _joined(text, found)


def _all(text: str, today: date) -> Iterator[Period]:
    for match in ISO.finditer(text):
        yield _directed(text, match, _day(match))
    for patterns in _patterns():
        for match in patterns.span.finditer(text):
            since = _before(match, patterns, today)
            yield Period(match.start(), match.end(), since, today if since else None)
        for match in patterns.since_ago.finditer(text):
            yield Period(match.start(), match.end(), _before(match, patterns, today), None)
        for match in patterns.date.finditer(text):
            yield _directed(text, match, _month_or_day(match, patterns.words, today))
        for match in patterns.named.finditer(text):
            yield _directed(text, match, _named(match.lastgroup or "", today))


def _joined(text: str, found: list[Period]) -> list[Period]:
    if len(found) != 2:
        return found
    first, second = found
    gap = text[first.end : second.start]
    meets = first.since is not None and second.until is not None and second.since is None
    if meets and len(gap) < BESIDE:
        return [Period(first.start, second.end, first.since, second.until)]
    return found


def _directed(text: str, match: re.Match[str], days: tuple[date, date] | None) -> Period:
    """The days, open at an end where a "since" or "until" stands beside them."""
    if days is None:
        return Period(match.start(), match.end(), None, None)
    for patterns in _patterns():
        before = patterns.before.search(text, max(0, match.start() - BESIDE), match.start())
        after = patterns.after.match(text, match.end())
        if beside := before or after:
            start, end = min(match.start(), beside.start()), max(match.end(), beside.end())
            if beside["since"]:
                return Period(start, end, days[0], None)
            return Period(start, end, None, days[1])
    return Period(match.start(), match.end(), *days)


def _day(match: re.Match[str]) -> tuple[date, date] | None:
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    return day, day


def _month_or_day(match: re.Match[str], words: DateWords, today: date) -> tuple[date, date] | None:
    """Without a year it is the latest that has begun."""
    name = match["month"]
    month = int(name) if name.isdigit() else words.months.index(name) + 1
    first_day = int(match["day"] or 1)
    begun = (month, first_day) <= (today.month, today.day)
    year = int(match["year"]) if match["year"] else today.year - (not begun)
    try:
        day = date(year, month, first_day)
    except ValueError:
        return None
    return (day, day) if match["day"] else (day, _last_of_month(day))


def _named(name: str, today: date) -> tuple[date, date]:
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    last_month = (first - timedelta(days=1)).replace(day=1)
    new_year = first.replace(month=1)
    return {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
        "this_week": (monday, today),
        "last_week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "this_month": (first, today),
        "last_month": (last_month, first - timedelta(days=1)),
        "this_year": (new_year, today),
        "last_year": (new_year.replace(year=today.year - 1), new_year - timedelta(days=1)),
    }[name]


def _before(match: re.Match[str], patterns: _Patterns, today: date) -> date | None:
    """The day so long before `today`; None for more than there are days."""
    written = match["n"]
    amount = int(written) if written.isdigit() else patterns.amounts[written]
    words = patterns.words
    if amount > LONGEST_SPAN:
        return None
    try:
        if match["unit"] in words.day:
            return today - timedelta(days=amount)
        if match["unit"] in words.week:
            return today - timedelta(weeks=amount)
        months = amount * (12 if match["unit"] in words.year else 1)
        return _months_before(today, months)
    except (ValueError, OverflowError):
        return None


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, _last_of_month(first).day))


def _last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


@cache
def _patterns() -> tuple[_Patterns, ...]:
    return tuple(_patterns_of(language) for language in languages().values())


def _patterns_of(language: Vocabulary) -> _Patterns:
    words, edge = language.dates, r"(?![a-z0-9])"
    places = {
        "amount": rf"(?:\d{{1,6}}|{_any(language.amounts)})",
        "unit": _any((*words.day, *words.week, *words.month, *words.year)),
        "month": _any(words.months) if words.months else "",
    }
    named = "|".join(f"(?P<{name}>{_any(getattr(words, name))})" for name in _NAMES)
    return _Patterns(
        words,
        language.amounts,
        re.compile(rf"(?<![a-z0-9]){words.span.format(**places)}{edge}"),
        re.compile(rf"(?<![a-z0-9]){words.since_ago.format(**places)}{edge}"),
        re.compile(rf"(?<![a-z0-9.]){words.date.format(**places)}{edge}"),
        re.compile(rf"(?<![a-z0-9])(?:{named}){edge}"),
        _either(words.before_since, words.before_until, r"(?<![a-z])(?:{0})(?: the)?\s*$"),
        _either(words.after_since, words.after_until, r"\s?(?:{0})"),
    )


_NAMES = ("today", "yesterday", "this_week", "last_week", "this_month", "last_month",
          "this_year", "last_year")  # fmt: skip


def _either(since: str | None, until: str | None, around: str) -> re.Pattern[str]:
    """A pattern with the groups `since` and `until`, which finds nothing where both are None."""
    if since is None or until is None:
        return re.compile(r"(?!)(?P<since>)(?P<until>)")
    return re.compile(around.format(f"(?P<since>{since})|(?P<until>{until})"))


def _any(words: Iterable[str]) -> str:
    found = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word) for word in found) + ")"
