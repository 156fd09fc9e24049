"""Data sets of the household's own record: POST /datasets/from-record, and one incident."""

from fastapi import APIRouter, Request
from pydantic import TypeAdapter

from backend.access.asking import owner_of
from backend.datasets.errors import NothingToKeep, NoVerdict
from backend.datasets.from_record import RecordDatasets
from backend.datasets.router import VERSION
from backend.datasets.schemas import RecordWanted
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.incidents.errors import UnknownIncident
from backend.poses.errors import NoPoses, PosesUnavailable
from backend.storage.errors import BlobUnavailable, DatabaseUnavailable
from contract.datasets import DatasetVersion

router = APIRouter(tags=["datasets"])

WANTED = TypeAdapter(RecordWanted)
EXAMPLE = {
    "since": 1_795_939_200.0,
    "until": 1_798_531_200.0,
    "verdicts": ["fall", "false_alarm"],
    "ordinary_hours": 2.0,
}


@router.post(
    "/datasets/from-record",
    openapi_extra=json_body(WANTED, EXAMPLE),
    responses=answers(VERSION, *OF_A_BODY, NothingToKeep, DatabaseUnavailable, BlobUnavailable),
)
def from_record(request: Request, body: Body) -> DatasetVersion:
    """A version of the household's own data set: the poses around judged incidents. For owners.

    A fall is one where that was the verdict; false alarms, tests and ordinary minutes show none.
    """
    caller, wanted = owner_of(request), parse_model(WANTED, body)
    return _service(request).make(wanted, caller.household_id, caller.person_id)


@router.post(
    "/incidents/{incident_id}/dataset",
    responses=answers(
        VERSION,
        UnknownIncident,
        NoVerdict,
        NoPoses,
        PosesUnavailable,
        DatabaseUnavailable,
        BlobUnavailable,
    ),
)
def add_incident(request: Request, incident_id: str) -> DatasetVersion:
    """Let an incident be in the household's own data set too, as it was judged. For owners."""
    caller = owner_of(request)
    return _service(request).add(incident_id, caller.household_id, caller.person_id)


def _service(request: Request) -> RecordDatasets:
    service: RecordDatasets = request.app.state.record_datasets
    return service
