"""An analysis server: FastAPI, pydantic models of nested lists, torch, one window a call.

`python -m benchmarks.peers.analyze_server --port 8001`
"""

from typing import Annotated

import torch
import typer
import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT, load_manifest
from modeling.training.detectors.network import load_weights, probabilities


class Frame(BaseModel):
    """One pose of the window."""

    index: int
    features: list[float]


class Question(BaseModel):
    """One window, oldest pose first."""

    frames: list[Frame]


class Answer(BaseModel):
    """What the network says of it."""

    is_anomaly: bool
    normal_score: float
    anomaly_score: float
    events: list[str]
    scores: list[float]
    thresholds: list[float]


def create_app() -> FastAPI:
    """The application, with the weights of the checkpoint that ships with the project."""
    manifest = load_manifest(DEFAULT_CHECKPOINT)
    network = probabilities(load_weights(DEFAULT_CHECKPOINT))
    mean = torch.tensor(manifest.normalization.mean)
    std = torch.tensor(manifest.normalization.std)
    app = FastAPI()

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/behavior/analyze")
    def analyze(question: Question) -> Answer:
        frames = sorted(question.frames, key=lambda frame: frame.index)
        window = torch.tensor([frame.features for frame in frames])
        if window.shape != (WINDOW_LENGTH, FEATURE_COUNT):
            raise HTTPException(422, f"expected {WINDOW_LENGTH} frames of {FEATURE_COUNT} features")
        with torch.inference_mode():
            scores = network((window - mean)[None] / std)[0].tolist()
        labels = list(zip(manifest.labels, scores, strict=True))
        anomaly = max(score for label, score in labels if label.anomalous)
        return Answer(
            is_anomaly=any(s >= label.threshold for label, s in labels if label.anomalous),
            normal_score=1 - anomaly,
            anomaly_score=anomaly,
            events=[label.name for label in manifest.labels],
            scores=scores,
            thresholds=[label.threshold for label in manifest.labels],
        )

    return app


def main(host: str = "127.0.0.1", port: Annotated[int, typer.Option()] = 8001) -> None:
    """Serve."""
    # Calls come from many threads: one each is faster here than two that wait for each other.
    torch.set_num_threads(1)
    uvicorn.run(create_app(), host=host, port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    typer.run(main)
