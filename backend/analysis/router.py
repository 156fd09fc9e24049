"""POST /behavior/analyze."""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from backend.analysis.decode import REQUEST, Asked, asked_in_npy, newest_of, window_from_json
from backend.analysis.service import BehaviorService
from backend.cameras.service import CameraService
from backend.errors import ModelUnavailable
from backend.http.bodies import MAX_LARGE_BODY_BYTES, json_response, read_body
from backend.http.media_type import parameters_of
from backend.http.openapi import FILE, OF_A_BODY, answers, json_body
from backend.poses.service import PoseService
from backend.poses.source import source_of
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

    Whose poses they are can be said with `application/x-npy; aspect=1.7778; camera=hall;
    at=1795939200.125; people=1+2`: the camera's percent-encoded name, when the newest pose was
    (seconds since 1970), and the number of each window's person. The newest poses then go to the
    room `poses` of socket.io, and are kept around an incident.
    """
    service: BehaviorService = request.app.state.behavior
    body = await read_body(request, MAX_LARGE_BODY_BYTES)
    media_type = request.headers.get("content-type", "")
    if media_type.split(";")[0].strip().lower() != NPY_MEDIA_TYPE:
        return _answer(await service.analyze(window_from_json(body)[None]), is_one=True)
    parameters = parameters_of(media_type)
    source = source_of(parameters)
    if source is not None:
        cameras: CameraService = request.app.state.cameras
        cameras.check_senders(request.state.caller, {source.camera_id})
    asked = await _asked_in_npy(body, parameters)
    newest = None if source is None else newest_of(asked, source)
    is_one = asked.windows.ndim == 2
    analyses = await service.analyze(asked.windows[None] if is_one else asked.windows)
    if source is not None and newest is not None:
        poses: PoseService = request.app.state.poses
        poses.take(source, asked.aspect, newest, analyses)
    return _answer(analyses, is_one=is_one)


async def _asked_in_npy(body: bytes, parameters: Mapping[str, str]) -> Asked:
    """In a thread if there are many poses: making their features would delay other requests."""
    if len(body) <= SMALL_BODY_BYTES:
        return asked_in_npy(body, parameters)
    return await asyncio.to_thread(asked_in_npy, body, parameters)


def _answer(analyses: list[Analysis], *, is_one: bool) -> Response:
    return json_response(analyses[0] if is_one else AnalysisBatch(results=analyses))
