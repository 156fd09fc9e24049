"""Data sets of the kind `table` for who asks them, and for pages."""

from contextlib import closing
from pathlib import Path

from backend.datasets.errors import NoTable
from backend.datasets.formats.tables import DESCRIPTION_NAME, TABLE_NAME
from backend.datasets.own_table import OwnTable
from backend.datasets.service import DatasetService
from contract.datasets import DatasetKind, DatasetVersion
from contract.own_tables import TableDescription, TableShown
from contract.tools import Cell, ColumnKind, Grid, TableColumn

FIRST_ROWS = 100
SHOWN_CHARS = 200


class DatasetTables:
    """Thread-safe; each method raises DatabaseUnavailable, BlobUnavailable and WrongContent."""

    def __init__(self, datasets: DatasetService) -> None:
        self._datasets = datasets

    def opened(self, version_id: str, household_id: int) -> OwnTable:
        """The table of a version; raises UnknownDataset, and NoTable for another kind."""
        return self._opened(self._datasets.version(version_id, household_id))

    def tables(self, household_id: int) -> list[OwnTable]:
        """The newest version of each table of a household, newest data set first."""
        return [
            self._opened(dataset.versions[0])
            for dataset in self._datasets.all(household_id)
            if dataset.kind is DatasetKind.TABLE and dataset.versions
        ]

    def description(self, version: DatasetVersion) -> TableDescription:
        """What was found in it, and how it was read; raises NoTable."""
        path = self._path(version, DESCRIPTION_NAME)
        return TableDescription.model_validate_json(path.read_bytes())

    def shown(self, version: DatasetVersion) -> TableShown:
        """The description, and the first rows, in which long texts are cut; raises NoTable."""
        description = self.description(version)
        columns = tuple(_columns(description))
        rows = _first_rows(self._path(version, TABLE_NAME), columns)
        is_cut = description.rows > len(rows)
        return TableShown(
            description=description, first=Grid(columns=columns, rows=tuple(rows), is_cut=is_cut)
        )

    def _opened(self, version: DatasetVersion) -> OwnTable:
        columns = _columns(self.description(version))
        times = (it.name for it in columns if it.kind in (ColumnKind.DAY, ColumnKind.TIME))
        path = self._path(version, TABLE_NAME)
        return OwnTable(version.id, version.name, path, columns, next(times, None))

    def _path(self, version: DatasetVersion, name: str) -> Path:
        if version.kind is not DatasetKind.TABLE:
            raise NoTable(f"expected a version of a table, this one is of {version.kind}")
        files = self._datasets.manifest(version).files
        return self._datasets.path(next(file for file in files if file.path == name))


def _columns(description: TableDescription) -> list[TableColumn]:
    return [TableColumn(name=it.name, kind=it.kind, unit=it.unit) for it in description.columns]


def _first_rows(path: Path, columns: tuple[TableColumn, ...]) -> list[tuple[Cell, ...]]:
    from backend.storage.duck import Duck, quoted, quoted_text  # DuckDB takes memory

    shown = ", ".join(
        f"left({quoted(it.name)}, {SHOWN_CHARS})" if it.kind is ColumnKind.TEXT else quoted(it.name)
        for it in columns
    )
    with closing(Duck([path.parent])) as duck:
        source = f"read_parquet({quoted_text(str(path))})"
        return duck.ask(f"SELECT {shown} FROM {source} LIMIT {FIRST_ROWS}")  # noqa: S608 (quoted)
