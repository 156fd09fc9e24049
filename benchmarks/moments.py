"""What a moment costs once its poses are there: `uv run python -m benchmarks.moments`.

Two people walk for a minute, moved by formulas. CPU of their postures, of the gait and of the watch
of falls, each by itself, microseconds a person and moment: the median and the range of all turns.
Last, how many times as much it would be if both made the postures for themselves.
"""

from collections.abc import Callable, Iterable, Sequence
from statistics import median
from time import process_time_ns
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from modeling.perception.incidents.gait import Gait
from modeling.perception.incidents.watch import Watch
from modeling.perception.poses.pose import Body, Poses
from modeling.perception.windows.windows import Moment, track_moments
from testkit.motions import ASPECT, turned

FPS, SECONDS = 15, 60
Work = Callable[[Moment], object]


def main(turns: Annotated[int, typer.Option(help="Of all three.")] = 20) -> None:
    """Print what each of the three costs, and all of it."""
    taken = [_turn() for _ in range(turns)]
    for name, costs in zip(("postures", "gait", "watch"), zip(*taken, strict=True), strict=True):
        typer.echo(f"{name:10} {_told(costs)}")
    typer.echo(f"together   {_told([sum(each) for each in taken])}")
    ratios = [(sum(each) + each[0]) / sum(each) for each in taken]
    typer.echo(f"made twice {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) times")


def _turn() -> tuple[float, float, float]:
    moments, gait, watch = track_moments(_two_who_walk()), Gait(), Watch()
    return (
        _cost(moments, lambda moment: moment.postures),
        _cost(moments, gait.see),
        _cost(moments, lambda moment: watch.step(moment, [None] * len(moment.windows))),
    )


def _cost(moments: Sequence[Moment], work: Work) -> float:
    started = process_time_ns()
    for moment in moments:
        work(moment)
    people = sum(len(moment.windows) for moment in moments)
    return (process_time_ns() - started) / 1000 / people


def _told(costs: Sequence[float]) -> str:
    return f"{median(costs):6.1f} ({min(costs):.1f} to {max(costs):.1f})"


def _two_who_walk() -> Iterable[Poses]:
    for index in range(FPS * SECONDS):
        time = index / FPS
        bodies = tuple(Body(person, _walking(time + 5 * person)) for person in (1, 2))
        yield Poses(index, time, ASPECT, bodies)


def _walking(time: float) -> NDArray[np.float32]:
    """To and fro across the picture, once in twenty seconds."""
    landmarks = turned(0.0)
    landmarks[:, 0] += np.float32(0.3 * np.sin(2 * np.pi * time / 20))
    return landmarks


if __name__ == "__main__":
    typer.run(main)
