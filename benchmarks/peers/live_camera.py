"""A camera as it is watched in an afternoon: each frame estimated, each window sent as JSON.

`python -m benchmarks.peers.live_camera URL VIDEO` plays the clip at its own pace; one process a
camera. See `benchmarks.ages` for what it says.
"""

import time
from pathlib import Path
from typing import Annotated

import httpx2 as httpx
import typer

from benchmarks.ages import Ages, Watched, answer_runs, wait_until
from benchmarks.peers.every_frame import as_json
from common.native_output import silence_native_stderr
from modeling.perception.frames.video import VideoFile
from modeling.perception.poses.pose_estimator import PoseEstimator
from modeling.perception.windows.windows import WindowBuilder


def main(
    url: Annotated[str, typer.Argument(help="The server.")],
    video: Annotated[Path, typer.Argument(help="The clip.")],
) -> None:
    """Watch the clip as often as it is asked for."""
    silence_native_stderr()
    with httpx.Client(base_url=url, trust_env=False) as client:
        answer_runs(lambda began: _watch(client, video, began))


def _watch(client: httpx.Client, video: Path, began: float) -> Watched:
    file, estimator, builder, ages = VideoFile(video), PoseEstimator(), WindowBuilder(), Ages(began)
    wait_until(began)
    cpu_sec = time.process_time()
    for frame in file.frames():
        wait_until(began + frame.time)
        for moment in builder.push(estimator.estimate(frame)):
            for window in moment.windows:
                question = as_json(window.features)
                client.post("/behavior/analyze", json=question).raise_for_status()
                ages.note(moment.frame_idx, time.monotonic())
    cpu_sec = time.process_time() - cpu_sec
    estimator.close()
    file.close()
    return Watched(ages.ages_ms, cpu_sec)


if __name__ == "__main__":
    typer.run(main)
