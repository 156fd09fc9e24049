"""Tables that cannot be read, generated: each with what its refusal has to say."""

import random
from collections.abc import Callable

from testkit.csv_texts import SEPARATORS, written
from testkit.dataset_zips import zipped
from testkit.parquet_tables import encrypted_parquet, parquet

Refused = tuple[bytes, str]


def _too_wide(chance: random.Random) -> Refused:
    count = chance.randint(1_001, 2_000)
    text = written([[f"열{n}" for n in range(count)], ["1"] * count])
    return text.encode(), f"expected at most 1,000 columns, got {count:,}"


def _nested(chance: random.Random) -> Refused:
    value = chance.choice(["[1, 2]", "{'a': 1}", "MAP {'a': 1}", "'\\xAA'::BLOB"])
    return parquet(f"SELECT {value} AS 안"), "column '안': expected numbers, texts"


def _cut_parquet(chance: random.Random) -> Refused:
    whole = parquet("SELECT range AS a FROM range(1000)")
    return whole[: chance.randint(4, len(whole) - 5)], "expected a whole Parquet file"


def _damaged_parquet(chance: random.Random) -> Refused:
    whole = bytearray(parquet("SELECT range AS a FROM range(1000)"))
    at = len(whole) - chance.randint(20, 60)
    whole[at : at + 8] = chance.randbytes(8)
    whole[-8:-4] = (2**31 - 1).to_bytes(4, "little")
    return bytes(whole), "expected a table that can be read"


def _encrypted_parquet(_: random.Random) -> Refused:
    return encrypted_parquet(), "expected Parquet without encryption"


def _empty_parquet(_: random.Random) -> Refused:
    return parquet("SELECT 1 AS a WHERE false"), "expected 1 to 50,000,000 rows, got 0"


def _nul(chance: random.Random) -> Refused:
    return b"a,b\n1,2\n3," + b"\0" * chance.randint(1, 9) + b"\n", "without NUL characters"


def _no_known_encoding(chance: random.Random) -> Refused:
    content = chance.choice(["naïf\né,è\n".encode("latin-1"), b"\xff\xfea", b"\xef\xbb\xbfa\xff"])
    return content, "expected text in UTF-8, UTF-16 with a byte order mark, or CP949"


def _nothing(chance: random.Random) -> Refused:
    content = chance.choice([b"\n", b"\r\n\r\n", "\n\n".encode("utf-16"), b"\xef\xbb\xbf"])
    return content, "expected a header and rows"


def _header_only(chance: random.Random) -> Refused:
    return f"이름{chance.choice(SEPARATORS)}나이\n".encode(), "expected a row of values"


def _long_row(chance: random.Random) -> Refused:
    lines = ["a,b", *["1,2"] * chance.randint(3, 9), "1,2,3"]
    said = f"line {len(lines)}: expected 2 cells as in the first row, got 3"
    return "\n".join(lines).encode(), said


def _endless_line(chance: random.Random) -> Refused:
    rest = chance.choice([b"x" * 600_000, b"1," * 300_000, b'"\n' + b'","\n' * 150_000])
    said = "characters"
    return b"a\n" + rest, said


def _quote(chance: random.Random) -> Refused:
    rest = chance.choice(['"c', '"c"d'])
    return f"a,b\n1,2\n3,4\n5,{rest}\n".encode(), "each quote at its cell's ends"


def _two_in_a_zip(_: random.Random) -> Refused:
    return zipped({"a.csv": b"a\n1\n", "b.csv": b"b\n1\n"}), "expected one CSV, TSV or Parquet"


def _workbook(_: random.Random) -> Refused:
    files = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
    return zipped(files), "expected one CSV, TSV or Parquet"


REFUSED: tuple[Callable[[random.Random], Refused], ...] = (
    _too_wide,
    _nested,
    _cut_parquet,
    _damaged_parquet,
    _encrypted_parquet,
    _empty_parquet,
    _nul,
    _no_known_encoding,
    _nothing,
    _header_only,
    _long_row,
    _endless_line,
    _quote,
    _two_in_a_zip,
    _workbook,
)
