"""A server of a tabular model as it is often written: FastAPI, a pickle, a DataFrame per row.

It runs in an environment of its own: `python tabular_server.py model.pkl --port 8001`. It says what
our server says of a row, but that it keeps no history and knows one language.
"""

import argparse
import pickle
import uuid
from pathlib import Path
from typing import Any

import pandas
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Answer(BaseModel):
    """What the model says of one row."""

    prediction_id: str
    value: float
    low: float
    high: float
    interpretation: str
    reasons: list[dict[str, Any]]


def create_app(path: Path) -> FastAPI:
    """The application, with the model of a pickle."""
    model = pickle.loads(path.read_bytes())  # noqa: S301 (the benchmark has written it)
    app = FastAPI()

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/predict")
    def predict(row: dict[str, float | str | None]) -> Answer:
        frame = pandas.DataFrame([row])
        for name, categories in model["features"].items():
            if categories:
                frame[name] = pandas.Categorical(frame[name], categories=categories).codes
            frame[name] = frame[name].astype(float)
        value = float(model["booster"].predict(frame)[0])
        shares = model["booster"].predict(frame, pred_contrib=True)[0]
        reasons = sorted(zip(frame.columns, shares, strict=False), key=lambda it: -abs(it[1]))
        return Answer(
            prediction_id=uuid.uuid4().hex,
            value=value,
            low=value - 1.0,
            high=value + 1.0,
            interpretation="severe" if value > 2.0 else "slight",
            reasons=[{"feature": name, "contribution": float(it)} for name, it in reasons[:5]],
        )

    return app


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("--port", type=int, default=8001)
    given = parser.parse_args()
    app = create_app(given.model)
    uvicorn.run(app, port=given.port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
