"""POST /api/v1/predict and GET /api/v1/health."""

from fastapi import APIRouter, Request

from backend.errors import BodyTooLarge, EncodedBody, InvalidInput, ModelUnavailable, NotJson
from backend.http.openapi import answers
from backend.vision.errors import (
    BrokenBase64,
    BrokenImage,
    ImageTooLarge,
    NotInProduction,
    UnknownModel,
    UnsupportedImage,
    VisionAway,
    VisionBusy,
    VisionFailed,
)
from backend.vision.predictor import Predictor, VisionHealth
from backend.vision.requests import asked, describe_question
from contract.vision import Prediction

ERRORS = (
    *(NotJson, BrokenBase64, UnknownModel, NotInProduction),
    *(BodyTooLarge, ImageTooLarge, EncodedBody),
    *(UnsupportedImage, InvalidInput, BrokenImage),
    *(ModelUnavailable, VisionBusy, VisionAway, VisionFailed),
)
PREDICTED = {
    "label": "upright",
    "confidence": 0.91,
    "scores": {"upright": 0.91, "transition": 0.05, "lying": 0.03, "nobody": 0.01},
    "model_name": "posture",
    "version": "1a2b3c4d",
    "took_ms": 12.5,
}
STATES = {
    "status": "AI server is running",
    "models": [
        {
            "name": "posture",
            "status": "ready",
            "version": "1a2b3c4d",
            "labels": ["upright", "transition", "lying", "nobody"],
        }
    ],
}

router = APIRouter(prefix="/api/v1", tags=["vision"])


@router.post(
    "/predict",
    openapi_extra=describe_question(),
    responses=answers(PREDICTED, *ERRORS),
)
async def predict(request: Request) -> Prediction:
    """What an image model says of one picture."""
    vision: Predictor = request.app.state.vision
    async with asked(request) as question:
        return await vision.predict(question.model_name, question.image, question.previous)


@router.get("/health", responses=answers(STATES))
async def health(request: Request) -> VisionHealth:
    """The image models; answers also while none of them is ready."""
    vision: Predictor = request.app.state.vision
    return VisionHealth(models=vision.states())
