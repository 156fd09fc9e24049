"""A camera box as it is written in an afternoon: each frame estimated, each window sent as JSON.

`python -m benchmarks.peers.every_frame VIDEO URL` prints the CPU seconds from the first frame on.
"""

import time
from pathlib import Path
from typing import Annotated, Any

import httpx2 as httpx
import numpy as np
import typer
from numpy.typing import NDArray

from modeling.estimator import PoseEstimator
from modeling.native_output import silence_native_stderr
from modeling.video import VideoFile
from modeling.windows import WindowBuilder


def main(
    video: Annotated[Path, typer.Argument(help="The clip.")],
    url: Annotated[str, typer.Argument(help="The server.")],
) -> None:
    """Watch a clip as fast as it goes."""
    silence_native_stderr()
    file, estimator, builder = VideoFile(video), PoseEstimator(), WindowBuilder()
    with httpx.Client(base_url=url, trust_env=False) as client:
        started = time.process_time()
        for frame in file.frames():
            for window in builder.push(estimator.estimate(frame)):
                if window.features is not None:
                    question = as_json(window.features)
                    client.post("/behavior/analyze", json=question).raise_for_status()
        typer.echo(time.process_time() - started)


def as_json(features: NDArray[np.float32]) -> dict[str, Any]:
    """The contract's question about one window."""
    rows = enumerate(features.tolist())
    return {"frames": [{"index": index, "features": row} for index, row in rows]}


if __name__ == "__main__":
    typer.run(main)
