"""POST /behavior/analyze."""

from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool

from backend.behavior.decode import REQUEST, array_from_npy, window_from_json
from backend.behavior.service import BehaviorService
from backend.body import LargeBody, json_body
from contract.analysis import NPY_MEDIA_TYPE, Analysis, AnalysisBatch

router = APIRouter(prefix="/behavior", tags=["behavior"])


@router.post("/analyze", openapi_extra=json_body(REQUEST))
async def analyze(
    request: Request, body: LargeBody, content_type: Annotated[str, Header()] = "application/json"
) -> Analysis | AnalysisBatch:
    """Score one window (JSON, or a (T, F) array) or several (an (N, T, F) array)."""
    service: BehaviorService = request.app.state.behavior
    if content_type.split(";")[0].strip().lower() != NPY_MEDIA_TYPE:
        window = window_from_json(body)
        return (await run_in_threadpool(service.analyze, window[None]))[0]
    array = array_from_npy(body)
    if array.ndim == 2:
        return (await run_in_threadpool(service.analyze, array[None]))[0]
    return AnalysisBatch(results=await run_in_threadpool(service.analyze, array))
