"""What is in a table of one's own: below /datasets."""

from fastapi import APIRouter, Request

from backend.access.asking import owner_of
from backend.datasets.dataset_tables import DatasetTables
from backend.datasets.errors import NoTable, UnknownDataset, WrongContent
from backend.datasets.router import VersionNumber
from backend.datasets.service import DatasetService
from backend.errors import InvalidInput
from backend.http.openapi import answers
from backend.storage.errors import BlobUnavailable, DatabaseUnavailable
from contract.own_tables import TableShown

router = APIRouter(prefix="/datasets", tags=["datasets"])

SYSTOLIC = {"name": "수축기 혈압", "kind": "number", "unit": None}
SHOWN = {
    "description": {
        "rows": 365,
        "columns": [
            {
                **SYSTOLIC,
                "title": "수축기 혈압",
                "read_as": "1234",
                "is_certain": True,
                "missing": 2,
                "missing_words": {"-": 2},
                "distinct": 41,
                "is_distinct_estimated": False,
                "low": 96,
                "high": 171,
                "examples": ["128", "131", "-"],
                "misfits": None,
            }
        ],
        "csv": {
            "encoding": "cp949",
            "is_encoding_certain": True,
            "separator": ",",
            "decimal": None,
            "has_header": True,
            "blank_lines": 0,
            "short_rows": 0,
            "short_lines": [],
        },
    },
    "first": {"columns": [SYSTOLIC], "rows": [[128], [131], [None]], "is_cut": True},
}
AWAY = (DatabaseUnavailable, BlobUnavailable, WrongContent)


@router.get(
    "/{dataset_id}/versions/{version}/table",
    responses=answers(SHOWN, InvalidInput, UnknownDataset, NoTable, *AWAY),
)
def table(request: Request, dataset_id: str, version: VersionNumber) -> TableShown:
    """What was found in a table, how each column was read, and its first 100 rows. For owners."""
    datasets: DatasetService = request.app.state.datasets
    tables: DatasetTables = request.app.state.dataset_tables
    caller = owner_of(request)
    return tables.shown(datasets.numbered(dataset_id, version, caller.household_id))
