"""The image half as a server of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel

from backend.access.keys import HOUSEHOLD
from backend.config import VisionSettings
from backend.guarded_app import guarded_app
from backend.part import Overall, Part, Status
from backend.vision.local import VisionService
from backend.vision.requests import BodyBudget
from backend.vision.router import router as vision_router

health_router = APIRouter(tags=["health"])


class Health(BaseModel):
    """`status` is that of the image models."""

    status: Status
    vision: Part


def create_vision_app(settings: VisionSettings) -> FastAPI:
    """An application that predicts, and nothing else."""
    app = guarded_app("Dolbom's image half", settings, _lifespan)
    app.state.vision = VisionService(settings.vision_checkpoints_path)
    app.state.picture_budget = BodyBudget()
    app.include_router(health_router)
    app.include_router(vision_router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await app.state.vision.start()
    try:
        yield
    finally:
        await app.state.vision.stop()


@health_router.get("/health")
async def health(request: Request) -> Health | Overall:
    """Whether every image model is there; answers 200 also when it is not."""
    part = request.app.state.vision.health()
    is_ours = request.state.caller is HOUSEHOLD
    return Health(status=part.status, vision=part) if is_ours else Overall(status=part.status)
