"""The main loop of a camera: frames to poses to moments, for the analysis worker."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from agent.analysis_worker import AnalysisWorker
from agent.capture import EndOfSource, Source
from agent.event_factory import WATCHING, EventFactory
from agent.heartbeat_counter import HeartbeatCounter
from agent.model.serving import ServingModel
from agent.night.household_look import HouseholdLook
from agent.outbox.outbox import Outbox
from agent.picture_check import PictureCheck
from agent.recent_frames import RecentFrames
from agent.view import CameraView
from contract.analysis import DEFAULT_ASPECT
from contract.events import ENDED, STOPPED
from modeling.perception.frames.frame import Frame
from modeling.perception.incidents.gait import Gait
from modeling.perception.looks.night import NightLook
from modeling.perception.poses.pose import Poses
from modeling.perception.windows.windows import RESTART_GAP_SEC, Moment, WindowBuilder

# The longest time between two looks at the clock: a heartbeat is late by no more.
POLL_SEC = 0.25
# How long a watch that is stopped waits for its last analyses.
PATIENCE_SEC = 1.0

Estimate = Callable[[Frame], Poses | None]
Progress = Callable[[], None]


@dataclass
class Pipeline:
    """Everything that one run needs; `build.assembled` makes it.

    `estimate` gives None for a frame that it skips, `is_moving` says whether something moves in the
    last frames. `recorded` collects the poses for a recording, None without one. `recent_frames`
    is None unless the household shares the picture of a fall, `model` where only the server
    analyzes, `night_look` and `household_look` where dark pictures stay as they are.
    `clock` is steady, `wall_clock` gives seconds since 1970 and may jump.
    """

    source: Source
    estimate: Estimate
    is_moving: Callable[[], bool]
    worker: AnalysisWorker
    factory: EventFactory
    outbox: Outbox
    heartbeat: HeartbeatCounter
    picture_check: PictureCheck
    progress: Progress
    follows_wall_clock: bool
    model: ServingModel | None = None
    recorded: list[Poses] | None = None
    recent_frames: RecentFrames | None = None
    night_look: NightLook | None = None
    household_look: HouseholdLook | None = None
    view: CameraView = field(default_factory=CameraView)
    gait: Gait = field(default_factory=Gait)
    stopping: threading.Event = field(default_factory=threading.Event)
    clock: Callable[[], float] = time.monotonic
    wall_clock: Callable[[], float] = time.time
    _time: float = 0.0
    _frame_idx: int = 0
    _aspect: float = DEFAULT_ASPECT
    _is_found: bool = False  # whether the last poses show somebody
    _zero: float = 0.0  # the stream's time 0 on `clock`

    def run(self) -> None:
        """Watch until the source ends or `stopping` is set; then send that it is over."""
        builder = WindowBuilder()
        self._zero = self.clock()
        self.worker.start()
        try:
            for poses in self._poses():
                self._aspect = poses.aspect
                for moment in builder.push(poses):
                    self.gait.see(moment)
                    self.worker.put(moment)
        finally:
            self.worker.finish(PATIENCE_SEC if self.stopping.is_set() else math.inf)
        # Not after a crash: the server has to notice that the camera is gone.
        self._beat(STOPPED if self.stopping.is_set() else ENDED)

    def _poses(self) -> Iterator[Poses]:
        while not self.stopping.is_set():
            try:
                seen = self.source.read(POLL_SEC)
            except EndOfSource:
                return
            if seen is None:
                self._idle()
                continue
            poses = seen if isinstance(seen, Poses) else self._poses_in(seen)
            self._note(seen, poses)
            if poses is not None:
                yield poses

    def _poses_in(self, frame: Frame) -> Poses | None:
        shown = self.view.shown(frame)
        self.picture_check.look(shown)
        if self.recent_frames is not None:
            self.recent_frames.keep(shown)
        poses = self.estimate(shown)
        if poses is not None:
            self.view.note(poses)
        return poses

    def _note(self, seen: Frame | Poses, poses: Poses | None) -> None:
        self._time = seen.time
        if self.follows_wall_clock:
            # The picture may be late; heartbeats follow the clock.
            now = self.clock()
            self._zero = now - self.source.age_sec() - seen.time
            self._time = now - self._zero
            self._set_epoch()
        if poses is not None:
            self._frame_idx, self._is_found = poses.frame_idx, bool(poses.bodies)
            if self.recorded is not None:
                self.recorded.append(poses)
        # For a frame that was skipped, the last poses say whether somebody is there.
        self.heartbeat.count(seen.time, found=self._is_found, moved=self.is_moving())
        self.progress()
        self._beat_if_due()

    def _idle(self) -> None:
        # Without frames the stream's time goes on, and so do the heartbeats.
        if self.follows_wall_clock:
            self._time = max(self._time, self.clock() - self._zero)
            self._set_epoch()
            self._beat_if_due()
            if self.source.age_sec() > RESTART_GAP_SEC and not self.source.may_be_late:
                # Without pictures nobody can be seen: open incidents end.
                moment = Moment(self._time, self._frame_idx, self._aspect, has_picture=False)
                self.worker.put(moment)

    def _set_epoch(self) -> None:
        # The wall clock may jump: that moves the events' `ts`, but not the stream's time.
        self.factory.epoch = self.wall_clock() - (self.clock() - self._zero)

    def _beat_if_due(self) -> None:
        if self.heartbeat.is_due(self._time):
            self._beat(WATCHING)

    def _beat(self, state: str) -> None:
        figures = self.heartbeat.beat(
            self._time,
            self.source.age_sec(),
            self.worker.analyzer.name,
            outbox_length=len(self.outbox),
            outbox_failure=self.outbox.failure,
            picture=self.picture_check.at(self._time),
            is_brightened=self.night_look.is_on if self.night_look else None,
            night_look=self.household_look.way.name if self.household_look else None,
            night_look_failure=self.household_look.failure if self.household_look else None,
            upside_down_share=self.view.orientation.upside_down_share,
            model=self.model.serving.version if self.model else None,
            model_failure=self.model.failure if self.model else None,
            walked=self.gait.take(),
        )
        self.outbox.put(self.factory.heartbeat(self._time, state, figures))
