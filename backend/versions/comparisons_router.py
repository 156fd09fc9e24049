"""GET and POST /comparisons, and GET /comparisons/{id}."""

from fastapi import APIRouter, Depends, Request
from pydantic import TypeAdapter

from backend.access.asking import owner_of
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.datasets.errors import UnknownDataset
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.storage.errors import BlobUnavailable, DatabaseUnavailable
from backend.versions.comparisons import ComparisonService
from backend.versions.errors import UnknownComparison, UnknownVersion
from backend.versions.router import VERSION
from contract.comparisons import Comparison, ComparisonAsked

router = APIRouter(prefix="/comparisons", tags=["versions"], dependencies=[Depends(owner_of)])

ASKED = TypeAdapter(ComparisonAsked)
EXAMPLE = {"version_ids": [VERSION["id"], "6d1e…"]}
QUEUED = {
    "id": "5f0c…",
    "household_id": 1,
    "version_ids": EXAMPLE["version_ids"],
    "state": "queued",
    "created_by": 1,
    "created_at": 1_795_939_200.0,
    "finished_at": None,
    "report": None,
}
REPORT = {
    "recipe": "fall-lstm",
    "dataset_version_id": None,
    "is_same_data": True,
    "no_replay": None,
    "stretches": 12,
    "unreadable": 0,
    "versions": [
        {
            "id": "6d1e…",
            "version": "91c2ab07",
            "figures": VERSION["metrics"],
            "evaluated": None,
            "replayed": {
                "falls_told": {"count": 2, "total": 2, "low": 0.34, "high": 1.0},
                "false_alarms_told": {"count": 4, "total": 7, "low": 0.25, "high": 0.84},
                "unjudged_told": {"count": 3, "total": 3, "low": 0.44, "high": 1.0},
                "ordinary_minutes": 0.0,
                "ordinary_told": 0,
                "ordinary_told_an_hour": None,
            },
            "changes": {"fall_found": 0, "fall_lost": 0, "alarm_more": 0, "alarm_fewer": 3},
            "differences": [
                {
                    "change": "alarm_fewer",
                    "truth": "false_alarm",
                    "incident_id": "5f3a9c1e7b2d4608",
                    "camera_id": "living room",
                    "at": 1_795_939_200.0,
                }
            ],
        }
    ],
}
FINISHED = QUEUED | {"state": "completed", "finished_at": 1_795_939_230.0, "report": REPORT}


@router.get("", responses=answers([QUEUED], DatabaseUnavailable))
def comparisons(request: Request) -> list[Comparison]:
    """The newest comparisons, newest first, without their reports."""
    return _service(request).newest(owner_of(request).household_id)


@router.post(
    "",
    openapi_extra=json_body(ASKED, EXAMPLE),
    responses=answers(
        QUEUED, *OF_A_BODY, UnknownVersion, UnknownDataset, DatabaseUnavailable, BlobUnavailable
    ),
)
def compare(request: Request, body: Body) -> Comparison:
    """Compare versions of one recipe, as a job.

    Those of the detector are replayed over the poses of the last month's incidents: what would have
    been told otherwise. With `dataset_version_id` they are measured on it as well.
    """
    asked, caller = parse_model(ASKED, body), owner_of(request)
    made = _service(request).ask(asked, caller.person_id, caller.household_id)
    audit: AuditService = request.app.state.audit
    audit.note(caller, Action.COMPARED_VERSIONS, made.id)
    return made


@router.get(
    "/{comparison_id}",
    responses=answers(FINISHED, UnknownComparison, DatabaseUnavailable, BlobUnavailable),
)
def comparison(request: Request, comparison_id: str) -> Comparison:
    """One comparison, with its report once it is finished."""
    return _service(request).find(comparison_id, owner_of(request).household_id)


def _service(request: Request) -> ComparisonService:
    service: ComparisonService = request.app.state.comparisons
    return service
