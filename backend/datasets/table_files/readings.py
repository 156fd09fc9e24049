"""The ways in which the cells of a column may be read, each as an expression of DuckDB."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from backend.storage.duck import quoted_text
from contract.tools import ColumnKind

MISSING = frozenset({""}) | {
    *("na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "—", ".", "?"),
    *("없음", "결측", "해당없음", "해당 없음", "미상"),
}
"""What a cell that is no value may hold, in lower case, where others of its column are values."""
WORDS_OF_YES_NO = (
    (("true", "yes", "y", "t"), ("false", "no", "n", "f")),
    (("예", "네", "참"), ("아니오", "아니요", "거짓")),
    (("있음",), ("없음",)),
    (("o", "○"), ("x", "×")),
)

BLANKS = " \t\r\n\xa0\u3000"
CELL = f"trim(cell, {quoted_text(BLANKS)})"
Decimal = Literal[".", ","]


@dataclass(frozen=True)
class Reading:
    """`sql` gives the value of a text `cell`, of DuckDB's `type`; NULL where it cannot be read so.

    `shown` is how such a cell is written. Cells of `missing` are no values.
    """

    shown: str
    kind: ColumnKind
    type: str
    sql: str
    missing: frozenset[str] = MISSING
    decimal: Decimal | None = None
    unit: str | None = None

    def value(self, column: str) -> str:
        """The value of a column of texts, as SQL."""
        return self.sql.replace("cell", column)


def is_one_of(column: str, words: Collection[str]) -> str:
    """Whether a cell of it is one of the words, in lower case, as SQL; NULL of NULL."""
    return f"lower({CELL}) IN {_list(sorted(words))}".replace("cell", column)


def text_value(column: str) -> str:
    """The same where it is read as text: that stays as it is, but for a blank one."""
    return f"CASE WHEN {CELL} <> '' THEN cell END".replace("cell", column)


def _yes_no(yes: Sequence[str], no: Sequence[str]) -> Reading:
    said = f"lower({CELL})"
    sql = f"CASE WHEN {said} IN {_list(yes)} THEN true WHEN {said} IN {_list(no)} THEN false END"
    missing = MISSING - frozenset(no)
    return Reading(f"{yes[0]}/{no[0]}", ColumnKind.YES_NO, "BOOLEAN", sql, missing)


def _list(words: Sequence[str]) -> str:
    return f"({', '.join(map(quoted_text, words))})"


def _number(shown: str, type_: str, pattern: str, between: str, decimal: Decimal) -> Reading:
    """`between` are the characters between thousands, as a class of a pattern has them."""
    plain = f"regexp_replace({CELL}, {quoted_text(f'[{between}]')}, '', 'g')"
    value = f"try_cast(replace({plain}, ',', '.') AS {type_})"
    fits = f"regexp_full_match({CELL}, {quoted_text(pattern)}) AND isfinite({value}::DOUBLE)"
    sql = f"CASE WHEN {fits} THEN {value} END"
    return Reading(shown, ColumnKind.NUMBER, type_, sql, decimal=decimal)


WHOLE = r"-?(?:0|[1-9]\d{0,17})"
"""No zero before others: that is a code or a telephone number, whose zeros count."""
OF_DOT, OF_COMMA = r", '\x{a0}\x{202f}", r". '\x{a0}\x{202f}"


def _grouped(between: str, digits: int) -> str:
    groups = f"[1-9]\\d{{0,2}}(?:[{between}]\\d{{3}}){{1,{digits // 3 - 1}}}"
    return f"(?:0|[1-9]\\d{{0,{digits - 1}}}|{groups})"


def _fraction(between: str, mark: str) -> str:
    power = r"(?:[eE][+-]?\d{1,3})?"
    return f"-?(?:{_grouped(between, 15)}(?:{mark}\\d*)?|{mark}\\d+){power}"


INTEGER = Reading(
    "1234",
    ColumnKind.NUMBER,
    "BIGINT",
    f"CASE WHEN regexp_full_match({CELL}, '{WHOLE}') THEN try_cast({CELL} AS BIGINT) END",
)
NUMBERS = (
    _number("1,234", "BIGINT", f"-?{_grouped(OF_DOT, 18)}", OF_DOT, "."),
    _number("1.234", "BIGINT", f"-?{_grouped(OF_COMMA, 18)}", OF_COMMA, ","),
    _number("1,234.5", "DOUBLE", _fraction(OF_DOT, r"\."), OF_DOT, "."),
    _number("1.234,5", "DOUBLE", _fraction(OF_COMMA, ","), OF_COMMA, ","),
)

YEAR_FIRST = r"([1-9]\d{3})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?"
DOTTED = r"(\d{1,2})\.\s*(\d{1,2})\.\s*([1-9]\d{3})"
SLASHED = r"(\d{1,2})[/-](\d{1,2})[/-]([1-9]\d{3})"
CLOCK = r"(?:T|\s+)(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)"
OFFSET = r"\s*(Z|[+-]\d{2}:?\d{2})"


def _when(shown: str, pattern: str, iso: str) -> tuple[Reading, Reading]:
    """As a day, and as a time."""
    day = _rewritten(pattern, iso, "DATE")
    time = _rewritten(pattern + CLOCK, rf"{iso} \4", "TIMESTAMP")
    return (
        Reading(shown, ColumnKind.DAY, "DATE", day),
        Reading(f"{shown} 13:45", ColumnKind.TIME, "TIMESTAMP", time),
    )


def _rewritten(pattern: str, iso: str, type_: str) -> str:
    text = f"regexp_replace({CELL}, {quoted_text(f'^{pattern}$')}, {quoted_text(iso)})"
    fits = f"regexp_full_match({CELL}, {quoted_text(pattern)})"
    return f"CASE WHEN {fits} THEN try_cast({text} AS {type_}) END"


def _universal() -> Reading:
    """With an offset: there is one time that it means, in UTC."""
    pattern = YEAR_FIRST + CLOCK + OFFSET
    moment = _rewritten(pattern, r"\1-\2-\3 \4\5", "TIMESTAMPTZ")
    sql = f"make_timestamp(epoch_us({moment}))"
    return Reading("2026-11-28 13:45Z", ColumnKind.TIME, "TIMESTAMP", sql, unit="UTC")


DAY_FIRST = _when("28/11/2026", SLASHED, r"\3-\2-\1")
MONTH_FIRST = _when("11/28/2026", SLASHED, r"\3-\1-\2")
READINGS = (
    *(_yes_no(yes, no) for yes, no in WORDS_OF_YES_NO),
    INTEGER,
    *NUMBERS,
    *_when("2026-11-28", YEAR_FIRST, r"\1-\2-\3"),
    *_when("28.11.2026", DOTTED, r"\3-\2-\1"),
    *DAY_FIRST,
    *MONTH_FIRST,
    _universal(),
)
"""Of two that fit, the first; none fits what the other reads otherwise, but for numbers with a mark
between thousands or before a fraction, and for days whose month may be the day."""
