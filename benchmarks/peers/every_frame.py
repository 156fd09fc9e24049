"""A camera box as it is written in an afternoon: each frame estimated, each window sent as JSON.

`python -m benchmarks.peers.every_frame URL` watches the clip that a line of stdin names, as fast as
it goes, and answers with the CPU seconds from the first frame on.
"""

import sys
import time
from pathlib import Path
from typing import Annotated, Any

import httpx2 as httpx
import numpy as np
import typer
from numpy.typing import NDArray

from common.native_output import silence_native_stderr
from modeling.perception.frames.video import VideoFile
from modeling.perception.poses.pose_estimator import PoseEstimator
from modeling.perception.windows.windows import WindowBuilder


def main(url: Annotated[str, typer.Argument(help="The server.")]) -> None:
    """Watch one clip after the other."""
    silence_native_stderr()
    with httpx.Client(base_url=url, trust_env=False) as client:
        for line in sys.stdin:
            typer.echo(_watch(client, Path(line.strip())))


def _watch(client: httpx.Client, video: Path) -> float:
    file, estimator, builder = VideoFile(video), PoseEstimator(), WindowBuilder()
    started = time.process_time()
    for frame in file.frames():
        for moment in builder.push(estimator.estimate(frame)):
            for window in moment.windows:
                question = as_json(window.features)
                client.post("/behavior/analyze", json=question).raise_for_status()
    return time.process_time() - started


def as_json(features: NDArray[np.float32]) -> dict[str, Any]:
    """The contract's question about one window."""
    rows = enumerate(features.tolist())
    return {"frames": [{"index": index, "features": row} for index, row in rows]}


if __name__ == "__main__":
    typer.run(main)
