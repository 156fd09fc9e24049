"""GET and PUT /cameras/{camera_id}/zones."""

from fastapi import APIRouter, Request
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.middleware import check_household
from backend.cameras.store import ZoneStore
from backend.http.bodies import Body, json_body, parse_model
from contract.names import CameraName
from contract.zones import Zones

# A camera's name may have slashes.
router = APIRouter(prefix="/cameras/{camera_id:path}", tags=["cameras"])

ZONES = TypeAdapter(Zones)


@router.get("/zones")
async def zones(request: Request, camera_id: CameraName) -> Zones:
    """The zones of a camera; none where nobody has set any."""
    return await run_in_threadpool(_store(request).read, camera_id)


@router.put("/zones", openapi_extra=json_body(ZONES))
async def set_zones(request: Request, camera_id: CameraName, body: Body) -> Zones:
    """Let these be all zones of a camera; its box reads them within minutes."""
    check_household(request.state.caller)
    zones = parse_model(ZONES, body)
    await run_in_threadpool(_store(request).write, camera_id, zones)
    return zones


def _store(request: Request) -> ZoneStore:
    store: ZoneStore = request.app.state.zones
    return store
