"""The numbers of a text, each with what it may mean: days, times, durations, amounts."""

import re
from collections.abc import Callable, Iterator

from backend.assistant.proof.numerals import Numeral, last_place, numerals
from backend.assistant.proof.readings import PERCENT, Amount, Clock, Day, Mention, Reading

Read = Callable[[re.Match[str]], tuple[Reading, ...]]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NTH = r"(?:st|nd|rd|th)?"
_NOON = {"오전": 0, "새벽": 0, "아침": 0, "오후": 12, "저녁": 12, "낮": 12, "a": 0, "p": 12}
_UNITS = {
    "시간": "h", "hour": "h", "hr": "h", "h": "h", "분": "min", "minute": "min", "min": "min",
    "초": "s", "second": "s", "sec": "s", "s": "s", "일": "d", "day": "d",
    "%": PERCENT, "퍼센트": PERCENT, "프로": PERCENT, "percent": PERCENT,
}  # fmt: skip
_WEEK, _MONTHS_LONG = re.compile(r"\s*(?:주|weeks?\b)"), re.compile(r"\s*(?:개월|달|months?\b)")
_SCALES = {"천": 1e3, "만": 1e4, "억": 1e8, "thousand": 1e3, "million": 1e6}
_HEDGE = re.compile(r"(?:약|거의|대략|about|around|nearly|roughly|almost|[~≈])\s*$", re.IGNORECASE)
HEDGE_LENGTH = 12
HEDGED_SHARE = 0.05
"""So far a number may be off that says it is none exactly, if its last digits are zeros."""


def mentions(text: str) -> list[Mention]:
    """In their order; what one pattern has taken, none of the next ones sees."""
    found: list[Mention] = []
    for pattern, read in _PATTERNS:
        left = list(text)
        for match in pattern.finditer(text):
            if readings := read(match):
                found.append(Mention(match[0].strip(), match.start(), readings))
                left[match.start() : match.end()] = " " * len(match[0])
        text = "".join(left)
    found += [Mention(text[it.start : it.end], it.start, _counted(it)) for it in numerals(text)]
    return sorted(found, key=lambda it: it.start)


def _counted(said: Numeral) -> tuple[Reading, ...]:
    value, tolerance, counter = said.value, said.tolerance, said.counter
    if counter == "시":
        return (_clock(int(value), None, None),)
    if counter in ("주", "달", "개월"):
        return tuple(_span(value, tolerance, is_week=counter == "주"))
    return (Amount(value, tolerance, _UNITS.get(counter)), Amount(value, tolerance))


def _span(value: float, tolerance: float, *, is_week: bool) -> Iterator[Amount]:
    """So many weeks or months, which an answer may have as days."""
    yield Amount(value, tolerance)
    if is_week:
        yield Amount(value * 7, tolerance * 7, "d")
    else:
        yield Amount(value * 29.5, value * 1.5 + tolerance * 30, "d")


def _day(match: re.Match[str]) -> tuple[Reading, ...]:
    said = match.groupdict()
    name = said.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else _int(said.get("month"))
    day = Day(_int(said.get("year")), month, _int(said.get("day")))
    is_possible = (day.month or 1) in range(1, 13) and (day.day or 1) in range(1, 32)
    return (day,) if is_possible else ()


def _day_of_month(match: re.Match[str]) -> tuple[Reading, ...]:
    number = int(match["day"])
    return (Day(day=number), Amount(number, 0.0, "d"))


def _time(match: re.Match[str]) -> tuple[Reading, ...]:
    said = match.groupdict()
    hour, minute = int(match["hour"]), said.get("minute")
    if hour > 24 or int(minute or 0) > 59:
        return ()
    half = 30 if said.get("half") else None
    noon = said.get("noon")
    is_exact = ":" in match[0] and not noon
    return (_clock(hour, int(minute) if minute else half, noon, is_exact=is_exact),)


def _clock(hour: int, minute: int | None, noon: str | None, *, is_exact: bool = False) -> Clock:
    offset = _NOON.get((noon or "").lower()[:1] if (noon or "").isascii() else noon or "")
    hours = [hour] if is_exact else [hour % 12 + offset] if offset is not None else [hour]
    if not is_exact and offset is None and hour <= 12:
        hours = [hour % 12, hour % 12 + 12]
    tolerance = 30.0 if minute is None else 1.0
    return Clock(tuple(it * 60 + (minute or 0) for it in hours), tolerance)


def _duration(match: re.Match[str]) -> tuple[Reading, ...]:
    """Of two units, the smaller of which may be rounded."""
    hours, minutes, seconds = (float(match[it] or 0) for it in ("h", "min", "s"))
    if sum(match[it] is not None for it in ("h", "min", "s")) < 2:
        return ()
    tolerance = 0.5 if match["s"] else 30.0
    return (Amount(hours * 3600 + minutes * 60 + seconds, tolerance, "s"),)


def _amount(match: re.Match[str]) -> tuple[Reading, ...]:
    value, tolerance = _with_scales(match["number"])
    if _HEDGE.search(match.string, max(0, match.start() - HEDGE_LENGTH), match.start()):
        tolerance = max(tolerance, min(last_place(value) / 2, abs(value) * HEDGED_SHARE))
    is_week = bool(_WEEK.match(match.string, match.end()))
    if is_week or _MONTHS_LONG.match(match.string, match.end()):
        return tuple(_span(value, 0.0, is_week=is_week))
    unit = _UNITS.get((match["unit"] or "").lower().rstrip("s") or (match["unit"] or ""))
    return (Amount(value, tolerance, unit),)


def _with_scales(written: str) -> tuple[float, float]:
    """The value of `1만 2,345` or `1.2 million`, and half of its last digit."""
    total, tolerance = 0.0, 0.5
    for number, scale in re.findall(rf"({_NUMBER})\s*(천만|천|만|억|thousand|million)?", written):
        factor = 1e7 if scale == "천만" else _SCALES.get(scale, 1.0)
        total += float(number.replace(",", "")) * factor
        decimals = len(number.partition(".")[2])
        tolerance = 0.5 * 10**-decimals * factor
    return total, tolerance


def _int(text: str | None) -> int | None:
    return int(text) if text else None


_SCALE = "천만|천|만|억|thousand|million"
_SCALED = rf"(?=\d)(?:(?:{_NUMBER})\s*(?:{_SCALE})\s*)*(?:{_NUMBER})?(?<![\s,.])"
_NOON_KO = r"(?:(?P<noon>오전|오후|새벽|아침|저녁|낮)\s*)?"
_NOON_EN = r"(?P<noon>[ap])\.?m\b\.?"
_YEAR_EN = r"(?:,? (?P<year>\d{4}))?\b"
_DURATION = (
    r"(?<![\d.,])(?:(?P<h>\d+)\s*(?:시간|hours?|hrs?|h)\s*(?:and )?)?"
    r"(?:(?P<min>\d+)\s*(?:분|minutes?|mins?|m)\s*(?:and )?)?"
    r"(?:(?P<s>\d+)\s*(?:초|seconds?|secs?|s)\b)?"
)
_UNIT = (
    r"\s?(?P<unit>%|퍼센트|프로|percent|시간|hours?|hrs?\b|h\b|분|minutes?|mins?\b"
    r"|초|seconds?|secs?\b|s\b|일|days?\b)?"
)
_PATTERNS: tuple[tuple[re.Pattern[str], Read], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (r"(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})(?!\d)", _day),
        (r"(?:(?P<year>\d{4})년\s*)?(?P<month>\d{1,2})월(?:\s*(?P<day>\d{1,2})일)?", _day),
        (r"(?P<year>\d{4})년", _day),
        (rf"\b(?P<day>\d{{1,2}}){_NTH} (?:of )?{_MONTH}{_YEAR_EN}", _day),
        (rf"\b{_MONTH} (?P<day>\d{{1,2}}){_NTH}{_YEAR_EN}(?![:.,]?\d)", _day),
        (r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)\b", _day_of_month),
        (rf"\b{_MONTH},? (?P<year>\d{{4}})\b", _day),
        (r"(?<![\d./])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d/])", _day),
        (r"(?<![\d.])(?P<day>\d{1,2})일(?=에|부터|까지|과|와|,|·|\s?[~–-])", _day_of_month),
        (r"(?<=[~∼–-])\s?(?P<day>\d{1,2})일", _day_of_month),
        (
            rf"{_NOON_KO}(?P<hour>\d{{1,2}})시(?!간)(?:\s*(?P<minute>\d{{1,2}})분|\s*(?P<half>반))?",
            _time,
        ),
        (
            rf"(?<!\d)(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::\d{{2}})?(?!\d)(?:\s?{_NOON_EN})?",
            _time,
        ),
        (rf"\b(?P<hour>\d{{1,2}})\s?{_NOON_EN}", _time),
        (_DURATION, _duration),
        (rf"(?<!\d)(?<!\d\.)(?P<number>{_SCALED}){_UNIT}", _amount),
    )
)
