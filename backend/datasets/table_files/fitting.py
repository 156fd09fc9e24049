"""Which readings fit the columns of a table of texts, asked of DuckDB."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.datasets.table_files.readings import BLANKS, Reading, is_one_of
from backend.storage.duck import Cells, Duck, quoted_text
from contract.own_tables import Misfits
from contract.tools import ColumnKind

SAMPLE_ROWS, SAMPLE_CELLS, SAMPLE_CHARS = 10_000, 200_000, 60
MOSTLY = 0.9
"""So many cells of a text that read otherwise make the rest worth a word."""
EXAMPLES = 3
ASK_SEC = 900.0


@dataclass(frozen=True)
class Fit:
    """Of the cells of a column: how many are no missing word, and how many a reading fits."""

    present: int
    fitting: int
    has_both: bool
    """Whether there is a yes and a no, where it is one of the two."""

    @property
    def is_whole(self) -> bool:
        """Whether all can be read so."""
        return self.fitting == self.present


NOTHING_THERE = Fit(0, 0, has_both=False)
Fits = Mapping[Reading, Fit]


class Texts:
    """The columns `c0`, `c1` … of texts in `source`, whatever DuckDB can read from."""

    def __init__(self, duck: Duck, source: str, columns: int) -> None:
        self._duck, self._source, self._columns = duck, source, columns

    def sample(self) -> "Texts":
        """The beginning of the first cells; what is longer than that is text anyway."""
        rows = max(1, min(SAMPLE_ROWS, SAMPLE_CELLS // self._columns))
        blanks = quoted_text(BLANKS)
        cut = ", ".join(
            f"left(trim(c{at}, {blanks}), {SAMPLE_CHARS}) AS c{at}" for at in range(self._columns)
        )
        first = f"(SELECT {cut} FROM (FROM {self._source} LIMIT {rows}))"
        self._ask(f"CREATE TABLE sample AS FROM {first}")
        return Texts(self._duck, "sample", self._columns)

    def fits(self, readings: Sequence[Sequence[Reading]]) -> list[Fits]:
        """How well those of each column fit it: one question for all columns with the same ones."""
        alike: dict[tuple[Reading, ...], list[int]] = {}
        for at, those in enumerate(readings):
            alike.setdefault(tuple(those), []).append(at)
        found: dict[int, Fits] = {}
        for those, columns in alike.items():
            found |= self._fits_alike(those, columns)
        return [found[at] for at in range(len(readings))]

    def _fits_alike(self, readings: Sequence[Reading], columns: Sequence[int]) -> dict[int, Fits]:
        found: dict[int, Fits] = {at: dict.fromkeys(readings, NOTHING_THERE) for at in columns}
        if not readings:
            return found
        counts = ", ".join(_counts(it) for it in readings)
        rows = self._ask(f"SELECT name, {counts} FROM {self._cells(columns)} GROUP BY name")
        for name, *cells in rows:
            each = (Fit(*cells[at : at + 3]) for at in range(0, len(cells), 3))
            found[_number(name)] = dict(zip(readings, each, strict=True))
        return found

    def misfits(self, at: int, seen: Fits) -> Misfits | None:
        """The cells that kept a column from being what nearly all of the sample is."""
        best = max(seen, key=lambda it: seen[it].fitting)
        if seen[best].fitting < max(1.0, MOSTLY * seen[best].present):
            return None
        column = f"c{at}"
        where = f"NOT {is_one_of(column, best.missing)} AND {best.value(column)} IS NULL"
        odd = f"FROM {self._source} WHERE {where}"
        ((cells,),) = self._ask(f"SELECT count(*) {odd}")
        some = self._ask(f"SELECT left({column}, {SAMPLE_CHARS}) {odd} LIMIT {EXAMPLES}")
        examples = tuple(text for (text,) in some)
        return Misfits(kind=best.kind, cells=cells, examples=examples) if cells else None

    def missing_words(self, readings: Sequence[Reading | None]) -> list[dict[str, int]]:
        """The words that stand for a missing value in each column, with how many cells each."""
        found: list[dict[str, int]] = [{} for _ in readings]
        for missing in {it.missing for it in readings if it}:
            columns = [at for at, it in enumerate(readings) if it and it.missing == missing]
            word = f"trim(cell, {quoted_text(BLANKS)})"
            rows = self._ask(
                f"SELECT name, {word}, count(*) FROM {self._cells(columns)} "
                f"WHERE {word} <> '' AND {is_one_of('cell', missing)} GROUP BY ALL ORDER BY ALL"
            )
            for name, text, count in rows:
                found[_number(name)][text] = count
        return found

    def _cells(self, columns: Sequence[int]) -> str:
        """Each cell of these as a row: the column's `name`, and `cell`, where it is not NULL."""
        names = ", ".join(f"c{at}" for at in columns)
        texts = f"(SELECT {names} FROM {self._source})"
        return f"(UNPIVOT {texts} ON COLUMNS(*) INTO NAME name VALUE cell)"

    def _ask(self, sql: str) -> list[Cells]:
        return self._duck.ask(sql, timeout_sec=ASK_SEC)


def _number(name: str) -> int:
    return int(name.removeprefix("c"))


def _counts(reading: Reading) -> str:
    """What a Fit says, as SQL."""
    is_both = reading.kind is ColumnKind.YES_NO
    several = f"coalesce(min({reading.sql}) <> max({reading.sql}), false)" if is_both else "true"
    is_missing = is_one_of("cell", reading.missing)
    return f"count(*) FILTER (NOT {is_missing}), count({reading.sql}), {several}"
