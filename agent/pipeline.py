"""The camera box at work: frames to poses to windows, which the analysis worker takes."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from agent.analysis_worker import AnalysisWorker
from agent.capture import EndOfSource, Source
from agent.events import WATCHING, EventFactory
from agent.heartbeat import Heartbeat
from agent.key_frames import KeyFrames
from agent.outbox import Outbox
from agent.picture import PictureCheck
from agent.view import CameraView
from contract.events import ENDED, STOPPED
from modeling.pose import Pose
from modeling.video import Frame
from modeling.windows import RESTART_GAP_SEC, Window, WindowBuilder

# The longest time without a look at the clock: a heartbeat is at most this late.
POLL_SEC = 0.25
# A watch that is stopped waits so long for the answers to what was seen last.
PATIENCE_SEC = 1.0

Estimate = Callable[[Frame], Pose | None]
Progress = Callable[[], None]


@dataclass
class Pipeline:
    """Everything that one run holds, built once by `assembled`.

    `estimate` gives None for a frame that is passed over, and `is_moving` says whether something
    moves in the last ones. `recorded` collects the poses when a recording was asked for, None
    otherwise; `key_frames` keeps the newest pictures where the household shares those of a fall.
    """

    source: Source
    estimate: Estimate
    is_moving: Callable[[], bool]
    worker: AnalysisWorker
    factory: EventFactory
    outbox: Outbox
    heartbeat: Heartbeat
    picture: PictureCheck
    progress: Progress
    follows_wall_clock: bool
    recorded: list[Pose] | None = None
    key_frames: KeyFrames | None = None
    view: CameraView = field(default_factory=CameraView)
    stopping: threading.Event = field(default_factory=threading.Event)
    _time: float = 0.0
    _frame_idx: int = 0
    _is_found: bool = False  # whether the last pose shows somebody
    _zero: float = 0.0  # the stream's time 0 on the monotonic clock

    def run(self) -> None:
        """Watch until the source ends or `stopping` is set; then tell that it is over."""
        builder = WindowBuilder()
        self._zero = time.monotonic()
        self.worker.start()
        try:
            for pose in self._poses():
                for window in builder.push(pose):
                    self.worker.put(window)
        finally:
            self.worker.finish(PATIENCE_SEC if self.stopping.is_set() else math.inf)
        # Said in good order alone: a box that crashed must be missed.
        self._beat(STOPPED if self.stopping.is_set() else ENDED)

    def _poses(self) -> Iterator[Pose]:
        while not self.stopping.is_set():
            try:
                seen = self.source.read(POLL_SEC)
            except EndOfSource:
                return
            if seen is None:
                self._idle()
                continue
            pose = seen if isinstance(seen, Pose) else self._pose_of(seen)
            self._note(seen, pose)
            if pose is not None:
                yield pose

    def _pose_of(self, frame: Frame) -> Pose | None:
        shown = self.view.shown(frame)
        self.picture.look(shown)
        if self.key_frames is not None:
            self.key_frames.keep(shown)
        pose = self.estimate(shown)
        if pose is not None:
            self.view.note(pose)
        return pose

    def _note(self, seen: Frame | Pose, pose: Pose | None) -> None:
        self._time = seen.time
        if self.follows_wall_clock:
            # The picture may be late, and the heart beats now.
            now = time.monotonic()
            self._zero = now - self.source.age_sec() - seen.time
            self._time = now - self._zero
            self._set_epoch()
        if pose is not None:
            self._frame_idx, self._is_found = pose.frame_idx, pose.landmarks is not None
            if self.recorded is not None:
                self.recorded.append(pose)
        # Of a frame that is passed over the last pose still tells whether somebody is there.
        self.heartbeat.count(seen.time, found=self._is_found, moved=self.is_moving())
        self.progress()
        self._beat_if_due()

    def _idle(self) -> None:
        # Without frames the stream's time goes on all the same, and the heart with it.
        if self.follows_wall_clock:
            self._time = max(self._time, time.monotonic() - self._zero)
            self._set_epoch()
            self._beat_if_due()
            if self.source.age_sec() > RESTART_GAP_SEC and not self.source.may_be_late:
                # Nobody can be seen without pictures: what is open ends, and is told.
                self.worker.put(Window(None, self._time, self._frame_idx))

    def _set_epoch(self) -> None:
        # The wall clock may jump: that moves the events' `ts`, never the stream's time.
        self.factory.epoch = time.time() - (time.monotonic() - self._zero)

    def _beat_if_due(self) -> None:
        if self.heartbeat.is_due(self._time):
            self._beat(WATCHING)

    def _beat(self, state: str) -> None:
        vitals = self.heartbeat.beat(
            self._time,
            self.source.age_sec(),
            self.worker.analyzer.name,
            outbox_length=len(self.outbox),
            outbox_failure=self.outbox.failure,
            picture=self.picture.at(self._time),
            upside_down_share=self.view.orientation.upside_down_share,
        )
        self.outbox.put(self.factory.heartbeat(self._time, state, vitals))
