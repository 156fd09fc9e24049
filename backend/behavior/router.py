"""POST /behavior/analyze."""

from fastapi import APIRouter, Request, Response

from backend.behavior.decode import REQUEST, array_from_npy, window_from_json, window_from_poses
from backend.behavior.service import BehaviorService
from backend.body import MAX_LARGE_BODY_BYTES, json_body, json_response, read_body
from contract.analysis import NPY_MEDIA_TYPE, POSES_MEDIA_TYPE, Analysis, AnalysisBatch

router = APIRouter(prefix="/behavior", tags=["behavior"])

READERS = {NPY_MEDIA_TYPE: array_from_npy, POSES_MEDIA_TYPE: window_from_poses}


@router.post("/analyze", response_model=Analysis | AnalysisBatch, openapi_extra=json_body(REQUEST))
async def analyze(request: Request) -> Response:
    """Score one window (JSON, a (T, F) array, or packed poses) or several (an (N, T, F) array)."""
    service: BehaviorService = request.app.state.behavior
    body = await read_body(request, MAX_LARGE_BODY_BYTES)
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    array = READERS.get(media_type, window_from_json)(body)
    answer: Analysis | AnalysisBatch
    if array.ndim == 2:
        answer = (await service.analyze(array[None]))[0]
    else:
        answer = AnalysisBatch(results=await service.analyze(array))
    return json_response(answer)
