"""Looks for the night as a household learns them, for benchmarks: of URFD's bright frames."""

import sys
import tempfile
from functools import cache
from pathlib import Path

from PIL.Image import fromarray

from benchmarks.look_methods import frame_at
from contract.looks import LearntFrom, LookMethod, LookWanted
from modeling.perception.carried.talk import Talk
from modeling.perception.looks.look import Look
from modeling.perception.looks.night import NightWay, by_look
from modeling.training.carried.look import learnt

LEARNT_OF = range(1, 11)
"""Daily clips of a room where no fall of the study happens."""


@cache
def learnt_way(method: LookMethod, videos: Path) -> NightWay:
    """By a look of ten frames, which are made dark (generated data)."""
    with tempfile.TemporaryDirectory() as folder:
        return by_look(_learnt(method, videos, Path(folder)), method.value)


def _learnt(method: LookMethod, videos: Path, folder: Path) -> Look:
    (folder / "before").mkdir()
    (folder / "after").mkdir()
    for number in LEARNT_OF:
        frame = frame_at(videos / f"adl-{number:02}-cam0.mp4", 10)
        fromarray(frame).save(folder / "before" / f"{number}#1.png")
    wanted = LookWanted(name="night", method=method, learnt_from=LearntFrom.NIGHT)
    learnt(Talk(sys.stderr), folder, wanted)
    return Look.load(folder / "look")
