"""How each column of texts is read: in the way that fits all of its cells, else as text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backend.datasets.table_files.fitting import Fits, Texts
from backend.datasets.table_files.readings import (
    DAY_FIRST,
    MONTH_FIRST,
    NUMBERS,
    READINGS,
    Decimal,
    Reading,
)
from contract.own_tables import Misfits

EQUALS = (*NUMBERS, *DAY_FIRST, *MONTH_FIRST)
"""Of these several may fit, and mean different things."""


@dataclass(frozen=True)
class Choice:
    """How a column is read: as text without a `reading`."""

    reading: Reading | None = None
    is_certain: bool = True
    misfits: Misfits | None = None


def choices_for(texts: Texts, columns: int, preferred: Decimal | None) -> list[Choice]:
    """How each is read; `preferred` is the mark of fractions where no cell tells."""
    seen = texts.sample().fits([READINGS] * columns)
    fitting = _all_fitting(texts, [[it for it, n in fits.items() if n.is_whole] for fits in seen])
    decimal = decimal_of(fitting)
    choices = [_choice(those, decimal, preferred) for those in fitting]
    return [
        choice if choice.reading else Choice(None, choice.is_certain, texts.misfits(at, seen[at]))
        for at, choice in enumerate(choices)
    ]


def decimal_of(fitting: Iterable[Sequence[Reading]]) -> Decimal | None:
    """The mark of fractions that those columns tell which fit only one; None where they differ."""
    marks = [{it.decimal for it in those} for those in fitting]
    told = {mark for of_one in marks if len(of_one) == 1 for mark in of_one if mark}
    return told.pop() if len(told) == 1 else None


def _all_fitting(texts: Texts, likely: Sequence[Sequence[Reading]]) -> list[list[Reading]]:
    """Those of each column that fit all its cells; after one that has no equal, no other."""
    first = [those if those and those[0] in EQUALS else those[:1] for those in likely]
    found = [_fitting(fits) for fits in texts.fits(first)]
    others = [
        [] if fitting else those[len(tried) :]
        for fitting, those, tried in zip(found, likely, first, strict=True)
    ]
    more = [_fitting(fits) for fits in texts.fits(others)]
    return [fitting or those for fitting, those in zip(found, more, strict=True)]


def _fitting(fits: Fits) -> list[Reading]:
    """The readings of all cells, of which there are some. A single yes is a word."""
    return [it for it, fit in fits.items() if fit.present and fit.is_whole and fit.has_both]


def _choice(
    fitting: Sequence[Reading], decimal: Decimal | None, preferred: Decimal | None
) -> Choice:
    if not fitting:
        return Choice()
    if any(set(both) <= set(fitting) for both in zip(DAY_FIRST, MONTH_FIRST, strict=True)):
        return Choice(is_certain=False)
    first = fitting[0]
    if first.decimal is None or len({it.decimal for it in fitting}) == 1:
        return Choice(first)
    wanted = decimal or preferred
    return Choice(next(it for it in fitting if it.decimal == (wanted or ".")), wanted is not None)
