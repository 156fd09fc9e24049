"""What was seen of each acted fall of URFD and Le2i, frame by frame, in `falls.csv`.

`balance_lost` is the first frame in which the body leaves its balance (of a fall from a chair: the
seat), `on_floor` the first in which the trunk has come down, both 0-based and good to about four
frames. They were set by looking, apart from URFD's `on_floor` and both of Le2i's coffee room, which
are those of the dataset. `ends` is how the body lies in the picture a second later.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from modeling.training.datasets.labels import Ends, FrameSpan

TABLE = Path(__file__).with_name("falls.csv")
UNCERTAIN_FRAMES = 4
FALL_LASTS_AFTER_REST_SEC = 1.0
END_UNCERTAIN_SEC = 0.5


@dataclass(frozen=True)
class SeenFall:
    """The one fall of a clip."""

    balance_lost: int
    on_floor: int
    ends: Ends

    def spans(self, fps: int) -> list[FrameSpan]:
        """The fall until a second after the body came to rest, its edges uncertain."""
        end = self.on_floor + round(FALL_LASTS_AFTER_REST_SEC * fps)
        first, last = self.balance_lost - UNCERTAIN_FRAMES, self.balance_lost + UNCERTAIN_FRAMES
        return [
            FrameSpan("fall", self.balance_lost, end),
            FrameSpan("fall", first, last, certain=False),
            FrameSpan("fall", end, end + round(END_UNCERTAIN_SEC * fps), certain=False),
        ]


@cache
def seen_falls() -> Mapping[str, SeenFall]:
    """The falls by the name of their clip."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return {
            row["clip"]: SeenFall(int(row["balance_lost"]), int(row["on_floor"]), Ends(row["ends"]))
            for row in csv.DictReader(file)
        }
