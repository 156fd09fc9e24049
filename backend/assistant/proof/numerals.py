"""Numbers that are written in words: Korean ones, Sino-Korean ones with or without Hanja, English.

Only what is a number without doubt is taken: Korean ones before a counter, since many syllables
are words of their own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ONES = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "넷": 4, "네": 4, "넉": 4,
    "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
}  # fmt: skip
_TENS = {
    "열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70,
    "여든": 80, "아흔": 90,
}  # fmt: skip
_ABOUT = {
    "한두": 1.5, "두세": 2.5, "두어": 2.5, "서너": 3.5, "너댓": 4.5, "네댓": 4.5, "너덧": 4.5,
    "대여섯": 5.5, "예닐곱": 6.5, "일고여덟": 7.5, "여덟아홉": 8.5,
}  # fmt: skip
"""Either of two numbers, half of one away."""
_COUNTERS = "번|차례|회|명|건|시간|시|분|개월|개|달|주|대|곳|배|군데|살|날"
_KOREAN = re.compile(
    rf"(?<![가-힣])(?P<tens>{'|'.join(_TENS)})?(?P<ones>{'|'.join([*_ABOUT, *_ONES])})?"
    rf"(?P<more>여)?\s?(?P<counter>{_COUNTERS})(?!째)"
)
_DIGITS = {it: value for value, it in enumerate("영일이삼사오육칠팔구")}
_SMALL, _LARGE = {"십": 10, "백": 100, "천": 1000}, {"만": 10**4, "억": 10**8}
_HANJA = str.maketrans("〇一二三四五六七八九十百千萬万億", "영일이삼사오육칠팔구십백천만만억")
_SINO = re.compile(
    r"(?<![가-힣])(?P<number>[영일이삼사오육칠팔구]?[십백천][영일이삼사오육칠팔구십백천만억]*"
    r"|[일이삼사오육칠팔구](?=퍼센트|프로|개월)|[삼오육칠팔구](?= ?(?:건|회|명)(?![가-힣]{2})))"
    r"(?P<more>여)?\s?(?P<counter>번|차례|회|명|건|시간|분|초|일|주|개월|개|퍼센트|프로|배|년|점)(?!째)"
)
_ENGLISH = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "dozen": 12, "twice": 2, "thrice": 3,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6}
_WORD = "|".join([*_ENGLISH, *_SCALES, "one"])
_PHRASE = re.compile(rf"\b(?:{_WORD})(?:[\s-](?:and )?(?:{_WORD}))*\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\s(?:falls?|times?|incidents?|days?|hours?|nights?|weeks?|minutes?|alerts?|alarms?|events?)\b"
)
"""What `one` is a number before; else it may be anybody."""


@dataclass(frozen=True)
class Numeral:
    """Stands from `start` to `end`: so much, give or take, of what it counts in Korean."""

    start: int
    end: int
    value: float
    tolerance: float = 0.0
    counter: str = ""


def numerals(text: str) -> Iterator[Numeral]:
    """The numbers in words of a text."""
    for match in _KOREAN.finditer(text):
        if (value := _korean(match, text)) is not None:
            yield _counting(match, value)
    for match in _SINO.finditer(text.translate(_HANJA)):
        yield _counting(match, _sino(match["number"]))
    for match in _PHRASE.finditer(text):
        if match[0].lower() != "one" or _COUNTED.match(text, match.end()):
            yield Numeral(match.start(), match.end(), _english(match[0].lower()))


def _counting(match: re.Match[str], value: float) -> Numeral:
    """`여` behind a number is up to one more of its last place: 십여 is from 10 to 20."""
    place, tolerance = last_place(value), 0.5 * (value % 1 > 0)
    if match["more"]:
        value, tolerance = value + place / 2, place / 2
    return Numeral(match.start(), match.end(), value, tolerance, match["counter"])


def last_place(value: float) -> float:
    """The place of its last digit that is no zero: 100 of 1,200."""
    place = 1.0
    while value and value % (place * 10) == 0:
        place *= 10
    return place


def _korean(match: re.Match[str], text: str) -> float | None:
    """None for a counter alone, and for `not once`, which is no number."""
    tens, ones = match["tens"] or "", match["ones"] or ""
    is_not_once = ones == "한" and not tens and text[match.end() : match.end() + 1] == "도"
    if not (tens or ones) or is_not_once or match[0] in ("한번", "세대", "세개"):
        return None
    return _TENS.get(tens, 0) + (_ABOUT | _ONES).get(ones, 0)


def _sino(number: str) -> int:
    total = section = digit = 0
    for sign in number:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _SMALL:
            section, digit = section + (digit or 1) * _SMALL[sign], 0
        else:
            total, section, digit = total + (section + digit or 1) * _LARGE[sign], 0, 0
    return total + section + digit


def _english(phrase: str) -> int:
    total = section = 0
    for word in re.split(r"[\s-]", phrase.replace("and ", "")):
        if word in ("thousand", "million"):
            total, section = total + (section or 1) * _SCALES[word], 0
        elif word in ("hundred", "dozen"):
            section = (section or 1) * (_SCALES | _ENGLISH)[word]
        else:
            section += _ENGLISH.get(word, 1)
    return total + section
