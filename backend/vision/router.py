"""POST /api/v1/predict and GET /api/v1/health."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request

from backend.errors import Problem
from backend.vision.predictor import Predictor, VisionHealth
from backend.vision.requests import asked, describe_question
from contract.vision import Prediction

REFUSALS: dict[int | str, dict[str, Any]] = {
    HTTPStatus.BAD_REQUEST: {"description": "No JSON, no multipart/form-data, or broken base64."},
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {"description": "Too many bytes or too many pixels."},
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: {
        "description": "No still JPEG, PNG or WebP, or a body with Content-Encoding."
    },
    HTTPStatus.UNPROCESSABLE_ENTITY: {"description": "Not what was expected, or a broken picture."},
    HTTPStatus.BAD_GATEWAY: {"description": "The other server answers what cannot be used."},
}

router = APIRouter(prefix="/api/v1", tags=["vision"])


@router.post(
    "/predict",
    openapi_extra=describe_question(),
    responses={int(status): {"model": Problem, **text} for status, text in REFUSALS.items()},
)
async def predict(request: Request) -> Prediction:
    """What an image model says of one picture."""
    vision: Predictor = request.app.state.vision
    async with asked(request) as question:
        return await vision.predict(question.model_name, question.image, question.previous)


@router.get("/health")
async def health(request: Request) -> VisionHealth:
    """The image models; answers also while none of them is ready."""
    vision: Predictor = request.app.state.vision
    return VisionHealth(models=vision.states())
