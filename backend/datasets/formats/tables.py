"""One table, as CSV or Parquet, and what is made of it: one Parquet file, and its description."""

from pathlib import Path

from backend.datasets.formats.base import NOTE, TakenFile, Tree, unusable
from contract.datasets import DatasetFile

TABLE_NAME, DESCRIPTION_NAME = "table.parquet", "table.json"
MADE = (TABLE_NAME, DESCRIPTION_NAME)
CSV_NAME, PARQUET_NAME = "original.csv", "original.parquet"


class Tables:
    """The format of DatasetKind.TABLE."""

    def check(self, path: str, place: Path) -> None:
        """Anything may be text; the table is looked at as a whole when it is made."""

    def read(self, tree: Tree) -> list[DatasetFile]:
        """No file has a label."""
        return [file.about() for file in tree.values()]


def notes_of(tree: Tree) -> list[TakenFile]:
    """What says something of the table, for people."""
    return [file for path, file in tree.items() if NOTE.fullmatch(path)]


def original_of(tree: Tree) -> TakenFile:
    """The one that the table is made of; what was made before is not. Raises UnusableFiles."""
    files = [file for file in tree.values() if file not in notes_of(tree)]
    found = [file for file in files if file.path not in MADE] or files[:1]
    if len(found) != 1:
        said = f"expected one CSV, TSV or Parquet file in the zip, it has {len(found)}"
        raise unusable(found[0].path if found else "", said)
    return found[0]
