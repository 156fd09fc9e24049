"""The moments that the camera box makes of a source, before anybody analyzes them."""

import math
from dataclasses import dataclass, field
from typing import cast

from agent.analysis_worker import AnalysisWorker
from agent.capture import Source
from agent.event_factory import EventFactory
from agent.heartbeat_counter import HeartbeatCounter
from agent.outbox.outbox import Outbox
from agent.picture_check import PictureCheck
from agent.pipeline import Estimate, Pipeline
from modeling.perception.windows.windows import Moment


class NoAnalyzer:
    """Has a name for the heartbeats, and is never asked."""

    name = "local"


@dataclass
class MomentKeeper:
    """An analysis worker that keeps the moments."""

    moments: list[Moment] = field(default_factory=list)
    finished: bool = False
    analyzer: NoAnalyzer = field(default_factory=NoAnalyzer)

    def start(self) -> None:
        """Nothing to start."""

    def put(self, moment: Moment) -> None:
        """Keep `moment`."""
        self.moments.append(moment)

    def finish(self, _patience_sec: float = math.inf) -> None:
        """Note that the watch is over."""
        self.finished = True


def moments_of(source: Source, outbox: Outbox, estimate: Estimate) -> list[Moment]:
    """The moments of a whole file, as the pipeline hands them over."""
    keeper = MomentKeeper()
    Pipeline(
        source=source,
        estimate=estimate,
        is_moving=lambda: False,
        worker=cast(AnalysisWorker, keeper),
        factory=EventFactory("hall", epoch=0.0),
        outbox=outbox,
        heartbeat=HeartbeatCounter(3.0),
        picture_check=PictureCheck(None),
        progress=lambda: None,
        follows_wall_clock=False,
    ).run()
    return keeper.moments
