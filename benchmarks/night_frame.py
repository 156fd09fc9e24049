"""What a dark picture costs with and without a look: `uv run python -m benchmarks.night_frame`.

By turns, the same picture of 640x480 as it is, through the curve that ships, through a look of one
table, and through an adaptive one, both learnt of URFD's frames that were made dark (generated
data). A choice is made once a second; pictures are looked at five times a second.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from time import process_time
from typing import Annotated

import numpy as np
import typer
from PIL.Image import Resampling, fromarray

from benchmarks.look_methods import frame_at
from benchmarks.night_looks import learnt_way
from contract.looks import LookMethod
from modeling.perception.frames.frame import Frame
from modeling.perception.frames.image import Image
from modeling.perception.looks.night import SIMPLE, NightLook, NightWay
from modeling.perception.poses.pose_estimator import PoseEstimator
from modeling.training.looks.darkness import darkened

VIDEOS = Path("../shared/data/urfd/videos")
SIZE, LIGHT = (640, 480), 1 / 100
A_SECOND = 5
"""Pictures in which poses are looked for while somebody sits or walks."""
SECONDS = 12


def main(
    videos: Annotated[Path, typer.Option(help="URFD's clips.")] = VIDEOS,
) -> None:
    """Print the milliseconds of CPU a picture."""
    picture = fromarray(frame_at(videos / "fall-16-cam0.mp4", 20)).resize(SIZE, Resampling.BICUBIC)
    dark = np.ascontiguousarray(darkened(np.asarray(picture), LIGHT, 1)[..., ::-1])
    ways = {"gamma": SIMPLE} | {
        method.value: learnt_way(method, videos)
        for method in (LookMethod.LUT, LookMethod.ADAPTIVE_LUT)
    }
    report(dark, ways)


def report(dark: Image, ways: Mapping[str, NightWay]) -> None:
    """Print a line a way, and what looking for poses in the picture costs."""
    estimate = PoseEstimator().estimate
    looks = {name: NightLook(_always(way)) for name, way in ways.items()}
    for look in looks.values():  # what is made once
        look.seen(Frame(0, 0.0, dark))
    times: dict[str, list[float]] = {name: [] for name in ("poses", *looks)}
    for number in range(1, A_SECOND * SECONDS + 1):
        frame = Frame(number, number / A_SECOND, dark)
        times["poses"].append(_ms(estimate, frame))
        for name, look in looks.items():
            times[name].append(_ms(look.seen, frame))
    typer.echo(
        f"{SIZE[0]}x{SIZE[1]}, {len(times['poses'])} pictures: ms of CPU, mean, median, most"
    )
    for name, taken in times.items():
        mean = sum(taken) / len(taken)
        typer.echo(f"  {name:14} {mean:7.2f} {median(taken):7.2f} {max(taken):7.2f}")


def _always(way: NightWay) -> Callable[[], NightWay]:
    return lambda: way


def _ms(work: Callable[[Frame], object], frame: Frame) -> float:
    started = process_time()
    work(frame)
    return 1000 * (process_time() - started)


if __name__ == "__main__":
    typer.run(main)
