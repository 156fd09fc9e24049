"""The image half in this process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from backend.config import VisionSettings
from backend.vision_app import create_vision_app


@pytest.fixture(scope="module")
def http(image_checkpoints: Path) -> Iterator[TestClient]:
    """A client of `run-vision`'s application, as this machine."""
    settings = VisionSettings(
        vision_checkpoints_path=image_checkpoints, allow_without_key=True, _env_file=None
    )
    app = create_vision_app(settings)
    with TestClient(app, "http://localhost", client=("127.0.0.1", 1)) as http:
        yield http


@pytest.fixture(scope="module")
def predict(http: TestClient) -> Callable[..., Any]:
    """Asks by multipart/form-data."""

    def ask(image: bytes, model_name: str = "posture", previous: bytes | None = None) -> Any:
        files = {"image": image} | ({} if previous is None else {"previous": previous})
        return http.post("/api/v1/predict", data={"model_name": model_name}, files=files)

    return ask
