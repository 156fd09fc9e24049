"""POST /behavior/analyze."""

from fastapi import APIRouter, Request, Response

from backend.behavior.decode import REQUEST, array_from_npy, window_from_json
from backend.behavior.service import BehaviorService
from backend.body import MAX_LARGE_BODY_BYTES, json_body, json_response, read_body
from contract.analysis import NPY_MEDIA_TYPE, Analysis, AnalysisBatch

router = APIRouter(prefix="/behavior", tags=["behavior"])


@router.post("/analyze", response_model=Analysis | AnalysisBatch, openapi_extra=json_body(REQUEST))
async def analyze(request: Request) -> Response:
    """Score one window (JSON, or a (T, F) array) or several (an (N, T, F) array)."""
    service: BehaviorService = request.app.state.behavior
    body = await read_body(request, MAX_LARGE_BODY_BYTES)
    content_type = request.headers.get("content-type", "")
    if content_type.split(";")[0].strip().lower() == NPY_MEDIA_TYPE:
        array = array_from_npy(body)
    else:
        array = window_from_json(body)
    answer: Analysis | AnalysisBatch
    if array.ndim == 2:
        answer = (await service.analyze(array[None]))[0]
    else:
        answer = AnalysisBatch(results=await service.analyze(array))
    return json_response(answer)
