"""Which columns are shown where rows are."""

from collections.abc import Sequence

from backend.tools.data import Data
from contract.tools import TableColumn

MAX_SHOWN = 12


def shown_columns(
    data: Data, *first: TableColumn, named: Sequence[str] = ()
) -> tuple[TableColumn, ...]:
    """The `named` ones; else when a row was, `first`, and what the table has, twelve in all.

    Raises UnknownColumn.
    """
    if named:
        wanted = [data.column(it) for it in named]
    else:
        when = [data.column(data.time_column)] if data.time_column else []
        wanted = [*when, *first, *data.columns]
    return tuple(dict.fromkeys(wanted))[: max(MAX_SHOWN, len(named))]
