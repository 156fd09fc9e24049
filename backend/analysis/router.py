"""POST /behavior/analyze."""

import asyncio

import numpy as np
from fastapi import APIRouter, Request, Response
from numpy.typing import NDArray

from backend.analysis.decode import REQUEST, window_from_json, windows_from_npy
from backend.analysis.service import BehaviorService
from backend.errors import ModelUnavailable
from backend.http.bodies import MAX_LARGE_BODY_BYTES, json_response, read_body
from backend.http.openapi import FILE, OF_A_BODY, answers, json_body
from contract.analysis import NPY_MEDIA_TYPE, Analysis, AnalysisBatch
from contract.layout import FEATURE_COUNT, WINDOW_LENGTH

SMALL_BODY_BYTES = 16 * 2**10
"""The poses of a dozen people at one moment: a millisecond, no more than a thread costs."""

WINDOW = {
    "frames": [
        {"index": index, "features": [0.0] * FEATURE_COUNT} for index in range(WINDOW_LENGTH)
    ]
}
ANALYSIS = {
    "is_anomaly": False,
    "normal_score": 0.98,
    "anomaly_score": 0.02,
    "events": ["fall", "lying"],
    "scores": [0.02, 0.31],
    "thresholds": [0.9, 0.5],
}

router = APIRouter(prefix="/behavior", tags=["behavior"])


@router.post(
    "/analyze",
    response_model=Analysis | AnalysisBatch,
    openapi_extra=json_body(REQUEST, WINDOW, others={NPY_MEDIA_TYPE: FILE}),
    responses=answers(ANALYSIS, *OF_A_BODY, ModelUnavailable),
)
async def analyze(request: Request) -> Response:
    """Score one window or several.

    JSON frames of features are one window. An array of float16 or float32 is one, (T, F) features
    or (T, 13, 3) poses, or several with a leading N.
    """
    service: BehaviorService = request.app.state.behavior
    body = await read_body(request, MAX_LARGE_BODY_BYTES)
    content_type = request.headers.get("content-type", "")
    if content_type.split(";")[0].strip().lower() == NPY_MEDIA_TYPE:
        array = await _windows_from_npy(body, content_type)
    else:
        array = window_from_json(body)
    answer: Analysis | AnalysisBatch
    if array.ndim == 2:
        answer = (await service.analyze(array[None]))[0]
    else:
        answer = AnalysisBatch(results=await service.analyze(array))
    return json_response(answer)


async def _windows_from_npy(body: bytes, content_type: str) -> NDArray[np.float32]:
    """In a thread if there are many poses: making their features would delay other requests."""
    if len(body) <= SMALL_BODY_BYTES:
        return windows_from_npy(body, content_type)
    return await asyncio.to_thread(windows_from_npy, body, content_type)
