"""Windows analysed a second, 16 clients: `uv run python -m benchmarks.analyze_rate`.

Our server gets `.npy` of float16, 16 windows and one a request, and the JSON that the peer gets;
the peer is FastAPI with pydantic models and torch, one window per request.
"""

import io
import json
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks.comparison import Comparison, Run
from benchmarks.harness import RESULTS, Repeats, Results, by_turns, tell
from benchmarks.servers import serving
from contract.analysis import NPY_MEDIA_TYPE
from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from testkit.load import Request, post

CLIENTS = 16
PATH = "/behavior/analyze"
# Sent over and over.
WINDOWS = 64


def main(
    repeats: Repeats = 5,
    results: Results = RESULTS,
    seconds: Annotated[float, typer.Option(help="Of each run.")] = 1.5,
) -> None:
    """Measure the rate of analyses against FastAPI, pydantic models and torch."""
    windows = np.random.default_rng(0).normal(size=(WINDOWS, WINDOW_LENGTH, FEATURE_COUNT))
    questions = as_json(windows)
    with (
        serving("python", "-m", "benchmarks.peers.analyze_server") as peer,
        serving("run-backend") as ours,
    ):

        def compare(name: str, how: str, target: float, request: Request, pieces: int) -> None:
            runs, peers = by_turns(
                lambda: ours.run(CLIENTS, request, seconds, pieces),
                lambda: peer.run(CLIENTS, questions, seconds),
                repeats,
            )
            tell(_comparison(name, how, target, runs, peers), results)

        compare("analyze_npy_16", "16 windows of float16", 15, as_npy(windows, 16), 16)
        compare("analyze_npy_1", "one window of float16", 15, as_npy(windows, 1), 1)
        compare("analyze_json", "one window in JSON", 4, questions, 1)


def as_json(windows: NDArray[np.float64]) -> Request:
    """Requests of one window each, (T, F) of `windows` in turn."""
    frames = [
        [{"index": index, "features": features} for index, features in enumerate(window)]
        for window in windows.tolist()
    ]
    requests = [post(PATH, json.dumps({"frames": window}).encode()) for window in frames]
    return lambda number: requests[number % len(requests)]


def as_npy(windows: NDArray[np.float64], size: int) -> Request:
    """Requests of `size` windows each, one array of float16."""
    requests = []
    for batch in windows.astype(np.float16).reshape(-1, size, *windows.shape[1:]):
        array = io.BytesIO()
        np.save(array, batch)
        requests.append(post(PATH, array.getvalue(), NPY_MEDIA_TYPE))
    return lambda number: requests[number % len(requests)]


def _comparison(
    name: str, how: str, target: float, ours: tuple[Run, ...], peers: tuple[Run, ...]
) -> Comparison:
    return Comparison(
        name=name,
        work=f"Windows analysed by one server process, {CLIENTS} clients, {how} a request.",
        peer="FastAPI, pydantic models of nested lists and torch, one window of JSON a request",
        unit="windows/s",
        better="higher",
        target=target,
        command="uv run python -m benchmarks.analyze_rate",
        ours=ours,
        peers=peers,
    )


if __name__ == "__main__":
    typer.run(main)
