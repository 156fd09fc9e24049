"""Tables of all makes, generated: each with what is to be read from it, or why it is refused."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contract.tools import Cell, ColumnKind
from testkit.bad_tables import REFUSED, Refused
from testkit.csv_texts import SEPARATORS, written
from testkit.dataset_zips import zipped
from testkit.parquet_tables import parquet

NUMBER, TEXT, YES_NO = ColumnKind.NUMBER, ColumnKind.TEXT, ColumnKind.YES_NO
DAY, TIME = ColumnKind.DAY, ColumnKind.TIME
NAMES = ("김철수", "이영희", "박 서준", "최민아", "정하늘")
MEMOS = ('그는 "괜찮다"고 했다', "두 줄\n메모", "=1+1", "쉼표, 세미콜론; 세로|줄", "평범")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp949", "euc-kr")
DAYS = ("%Y-%m-%d", "%Y.%m.%d", "%Y년 %m월 %d일", "%d.%m.%Y", "%Y/%m/%d", "%Y. %m. %d.")
WORDS = (("예", "아니오"), ("yes", "no"), ("TRUE", "FALSE"), ("있음", "없음"), ("O", "X"))
MISSING = ("", "NA", "null", "-", "n/a")

Rows = Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class OddTable:
    """What is sent. It is read as `columns` and `rows`, or its refusal has to say `refused`."""

    name: str
    content: bytes
    columns: tuple[tuple[str, ColumnKind], ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    refused: str | None = None


Made = tuple[bytes, Sequence[tuple[str, ColumnKind]], Rows] | Refused


def odd_tables(count: int, seed: int = 1) -> Iterator[OddTable]:
    """So many: of two, one of people with their figures, and one of each other kind in turn."""
    chance = random.Random(seed)  # noqa: S311 (it guards nothing)
    for number in range(count):
        make = _people if number % 2 == 0 else KINDS[number // 2 % len(KINDS)]
        name, made = f"{number}{make.__name__}", make(chance)
        if len(made) == 2:
            yield OddTable(name, made[0], refused=made[1])
        else:
            content, columns, rows = made
            yield OddTable(name, content, tuple(columns), tuple(map(tuple, rows)))


PEOPLE = (
    ("이름", TEXT),
    ("걸음", NUMBER),
    ("점수", NUMBER),
    ("날짜", DAY),
    ("낙상", YES_NO),
    ("메모", TEXT),
)


def _people(chance: random.Random) -> Made:
    """Columns of all kinds, in any encoding and with any marks; the last row has no numbers."""
    separator, mark, word = chance.choice(SEPARATORS), chance.choice(".,"), chance.choice(WORDS)
    day, ends = chance.choice(DAYS), chance.choice(["\n", "\r\n", "\r"])
    rows = [_person(chance, number) for number in range(chance.randint(3, 30))]
    said = [_said(row, mark, day, word) for row in rows]
    rows.append(("이영희", None, None, date(2026, 3, 1), True, None))
    missing = chance.choice(MISSING), chance.choice(MISSING)
    said.append(["이영희", *missing, date(2026, 3, 1).strftime(day), word[0], ""])
    text = written([[name for name, _ in PEOPLE], *said], separator, ends)
    return text.encode(chance.choice(ENCODINGS)), PEOPLE, rows


def _person(chance: random.Random, number: int) -> tuple[Cell, ...]:
    score = (0.5, 1234.75)[number] if number < 2 else round(chance.uniform(-2000, 2000), 2)
    day = date(2026, 1, 1) + timedelta(days=chance.randrange(330))
    memo = chance.choice((*MEMOS, None))
    return chance.choice(NAMES), chance.randint(0, 40_000), score, day, number % 2 == 0, memo


def _said(row: tuple[Cell, ...], mark: str, day_as: str, word: tuple[str, str]) -> list[str]:
    name, steps, score, day, fell, memo = row
    swapped = str.maketrans(",.", ".,") if mark == "," else {}
    assert isinstance(day, date)  # noqa: S101 (as `_person` makes it)
    numbers = f"{steps:,}".translate(swapped), f"{score:,.2f}".translate(swapped)
    return [str(name), *numbers, day.strftime(day_as), word[not fell], str(memo or "")]


def _one_column(chance: random.Random) -> Made:
    numbers = [chance.randint(-9, 9**9) for _ in range(5)]
    lines = ["값", *map(str, numbers)]
    return "\n".join(lines).encode(), [("값", NUMBER)], [(it,) for it in numbers]


def _no_header(chance: random.Random) -> Made:
    rows = [(name, chance.randint(1, 99)) for name in NAMES]
    text = written([(name, str(age)) for name, age in rows])
    return text.encode(), [("column_1", TEXT), ("column_2", NUMBER)], rows


def _years(chance: random.Random) -> Made:
    rows = [(name, chance.randint(1, 99), chance.randint(1, 99)) for name in NAMES]
    text = written([("지역", "2024", "2025"), *[tuple(map(str, row)) for row in rows]])
    return text.encode(), [("지역", TEXT), ("2024", NUMBER), ("2025", NUMBER)], rows


def _names(_: random.Random) -> Made:
    """Names twice, in other case, and none at all."""
    columns = [("a", NUMBER), ("A_2", NUMBER), ("column_3", NUMBER), ("a_3", NUMBER)]
    return b"a,A,, a \n1,2,3,4\n", columns, [(1, 2, 3, 4)]


def _short_rows(chance: random.Random) -> Made:
    lines = ["a;b;c", "1;2;3", *[f"{n};{n}" for n in range(chance.randint(1, 2))], "", "4;5;6"]
    rows = [(1, 2, 3), *[(n, n, None) for n in range(len(lines) - 4)], (4, 5, 6)]
    return "\n".join(lines).encode(), [(it, NUMBER) for it in "abc"], rows


def _codes(chance: random.Random) -> Made:
    """What would lose digits as a number, or one day of two as a day, stays text."""
    rows = [(f"0{chance.randint(10**9, 10**10)}", "9" * 25, "3/4/2026", "+82") for _ in range(4)]
    columns = [(it, TEXT) for it in ("전화", "번호", "언제", "나라")]
    return written([[name for name, _ in columns], *rows]).encode(), columns, rows


def _nearly(chance: random.Random) -> Made:
    numbers = [str(chance.randint(1, 500)) for _ in range(40)]
    rows = [(it,) for it in (*numbers, "12kg", "-")]
    return written([["무게"], *rows]).encode(), [("무게", TEXT)], rows


def _american(chance: random.Random) -> Made:
    days = [date(2026, 11, 28), date(2026, 1, chance.randint(1, 31))]
    text = written([["day"], *[[f"{it:%m/%d/%Y}"] for it in days]])
    return text.encode(), [("day", DAY)], [(it,) for it in days]


def _times(chance: random.Random) -> Made:
    local = datetime(2026, 11, chance.randint(1, 28), 13, 45, 7)  # noqa: DTZ001 (the home's)
    rows = [(local, local, local.replace(second=0))]
    said = f"{local:%Y-%m-%d %H:%M:%S}", f"{local.isoformat()}Z", f"{local:%Y년 %m월 %d일 %H:%M}"
    text = written([["때", "세계", "한국어"], said], chance.choice(SEPARATORS))
    return text.encode(), [("때", TIME), ("세계", TIME), ("한국어", TIME)], rows


def _wide(chance: random.Random) -> Made:
    numbers = tuple(chance.randint(0, 99) for _ in range(1_000))
    names = [f"열{n}" for n in range(1_000)]
    text = written([names, list(map(str, numbers))])
    return text.encode(), [(it, NUMBER) for it in names], [numbers]


def _one_in_a_zip(chance: random.Random) -> Made:
    files = {chance.choice(["가/나.CSV", "table.parquet", "x.bin"]): "키\n1,5\n".encode("utf-16")}
    return zipped(files | {"README.md": b"read me"}), [("키", NUMBER)], [(1.5,)]


def _good_parquet(chance: random.Random) -> Made:
    kind = chance.choice(["zstd", "snappy", "gzip", "uncompressed"])
    select = (
        "SELECT 7::UTINYINT AS a, 'NaN'::FLOAT AS b, 0.1 AS \"c d\", DATE '2026-11-28' AS e, "
        "TIMESTAMPTZ '2026-11-28 09:00:00+09' AS f, true AS g, '007' AS h, "
        '18446744073709551615::UBIGINT AS "A"'
    )
    columns = [("a", NUMBER), ("b", NUMBER), ("c d", NUMBER), ("e", DAY), ("f", TIME)]
    columns += [("g", YES_NO), ("h", TEXT), ("A_1", TEXT)]
    at = datetime(2026, 11, 28)  # noqa: DTZ001 (UTC, as the column says)
    row = (7, None, 0.1, date(2026, 11, 28), at, True, "007", str(2**64 - 1))
    return parquet(select, f", COMPRESSION {kind}"), columns, [row]


READ = (
    _one_column, _no_header, _years, _names, _short_rows, _codes, _nearly, _american, _times, _wide,
    _one_in_a_zip, _good_parquet,
)  # fmt: skip
KINDS: tuple[Callable[[random.Random], Made], ...] = (*READ, *REFUSED)
