"""Texts of separated cells."""

import csv
import io
from collections.abc import Sequence

SEPARATORS = (",", ";", "\t", "|")


def written(rows: Sequence[Sequence[str]], separator: str = ",", ends: str = "\r\n") -> str:
    """The rows as a text, each cell quoted where that tells line breaks apart."""
    text = io.StringIO()
    dialect = csv.unix_dialect if ends == "\r" else csv.excel
    csv.writer(text, dialect, delimiter=separator, lineterminator=ends).writerows(rows)
    return text.getvalue()
