"""GET and PUT /cameras/{camera_id}/zones."""

from fastapi import APIRouter, Request
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.middleware import check_household
from backend.cameras.errors import ZonesUnavailable
from backend.cameras.store import ZoneStore
from backend.errors import InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from contract.names import CameraName
from contract.zones import Zones

# A camera's name may have slashes.
router = APIRouter(prefix="/cameras/{camera_id:path}", tags=["cameras"])

ZONES = TypeAdapter(Zones)
EXAMPLE = {
    "zones": [
        {"name": "bed", "kind": "rest", "polygon": [[0.1, 0.5], [0.5, 0.5], [0.5, 0.8], [0.1, 0.8]]}
    ]
}


@router.get("/zones", responses=answers(EXAMPLE, InvalidInput, ZonesUnavailable))
async def zones(request: Request, camera_id: CameraName) -> Zones:
    """The zones of a camera; none where nobody has set any."""
    return await run_in_threadpool(_store(request).read, camera_id)


@router.put(
    "/zones",
    openapi_extra=json_body(ZONES, EXAMPLE),
    responses=answers(EXAMPLE, *OF_A_BODY, ZonesUnavailable),
)
async def set_zones(request: Request, camera_id: CameraName, body: Body) -> Zones:
    """Let these be all zones of a camera; its box reads them within minutes."""
    check_household(request.state.caller)
    zones = parse_model(ZONES, body)
    await run_in_threadpool(_store(request).write, camera_id, zones)
    return zones


def _store(request: Request) -> ZoneStore:
    store: ZoneStore = request.app.state.zones
    return store
