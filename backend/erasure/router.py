"""POST /erasures and GET /erasures."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.asking import owner_of
from backend.access.middleware import check_household
from backend.erasure.errors import ErasureRunning
from backend.erasure.service import ErasureService
from backend.errors import InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from contract.erasures import Erasure, ErasureAsked

router = APIRouter(prefix="/erasures", tags=["erasures"])

MAX_LISTED = 1000
ASKED = TypeAdapter(ErasureAsked)
ASKED_EXAMPLE = {
    "camera_id": "living room",
    "since": 1_795_939_200.0,
    "until": 1_796_025_600.0,
    "dry_run": True,
}
EXAMPLE = {
    "number": 3,
    "kind": "asked",
    "person_id": 1,
    "camera_id": "living room",
    "since": 1_795_939_200.0,
    "until": 1_796_025_600.0,
    "asked_at": 1_796_100_000.0,
    "finished_at": 1_796_100_004.5,
    "state": "done",
    "progress": 1.0,
    "counts": {
        "events": 28_800,
        "incidents": 2,
        "alerts": 1,
        "notes": 1,
        "poses": 2,
        "dataset_files": 1,
        "pictures": 3,
        "conversations": 1,
        "predictions": 7,
        "batches": 0,
    },
    "kept": 0,
    "learnt": [
        {"id": "0f6c1d2e3b4a59687786950413223140", "recipe": "fall-lstm", "version": "1a2b3c4d"}
    ],
    "parts": [
        {
            "server": "1f3a5c7e",
            "progress": 1.0,
            "finished_at": 1_796_100_004.5,
            "is_away": False,
        }
    ],
}


@router.post(
    "",
    openapi_extra=json_body(ASKED, ASKED_EXAMPLE),
    responses=answers(EXAMPLE, *OF_A_BODY, ErasureRunning),
)
async def erase(request: Request, body: Body) -> Erasure:
    """Erase all of a camera, of a span of time, or of both; with `dry_run` only count it.

    It is carried out in the background. Incidents that go on are kept.
    """
    caller = owner_of(request)
    asked = parse_model(ASKED, body)
    service = _service(request)
    scope = service.scope(caller.household_id, asked)
    return await run_in_threadpool(service.plan if asked.dry_run else service.begin, caller, scope)


@router.get("", responses=answers([EXAMPLE], InvalidInput))
def erasures(
    request: Request, limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50
) -> list[Erasure]:
    """What was erased, newest first: by whom, when, and how much of what."""
    caller = request.state.caller
    check_household(caller)
    return _service(request).newest(caller.household_id, limit)


def _service(request: Request) -> ErasureService:
    service: ErasureService = request.app.state.erasures
    return service
