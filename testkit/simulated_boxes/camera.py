"""The events of one box, made by the code of the camera box."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from agent.event_factory import WATCHING, EventFactory, HeartbeatFigures
from contract.analysis import DEFAULT_ASPECT
from contract.events import FALL, STILL_DOWN, Event, EventType, Picture
from modeling.perception.incidents.event_machine import Transition
from modeling.perception.incidents.gait import Walked
from modeling.perception.incidents.person_watch import Status
from modeling.perception.windows.windows import Moment
from testkit.simulated_boxes.plan import SimulatedBox
from testkit.simulated_boxes.timeline import BEAT_SEC, Due, Happening

FPS = 15.0
SCORES = {"fall": 0.02, "lying": 0.11}
TRANSITIONS = {
    Happening.FALL_BEGINS: (EventType.START, FALL),
    Happening.FALL_ENDS: (EventType.END, FALL),
    Happening.STILL_DOWN_BEGINS: (EventType.START, STILL_DOWN),
    Happening.STILL_DOWN_ENDS: (EventType.END, STILL_DOWN),
}


@dataclass
class SimulatedCamera:
    """What a box at `camera_id` says, by its plan and its wrong clock."""

    plan: SimulatedBox
    camera_id: str
    started_at: float
    """When the run has begun, in seconds since 1970."""
    wall_clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self._factory = EventFactory(self.camera_id, self.started_at, wall_clock=self.wall_clock)

    def event(self, due: Due, outbox_length: int) -> Event:
        """The event of what is due."""
        self._factory.epoch = self.started_at + self.plan.ahead_sec(due.at)
        if due.what is Happening.HEARTBEAT:
            return self._factory.heartbeat(due.at, WATCHING, self._figures(due.at, outbox_length))
        if due.what is Happening.PROBS:
            moment = Moment(due.at, self._frame(due.at), DEFAULT_ASPECT)
            return self._factory.probs(moment, Status(1, SCORES, ()))
        return self._factory.transition(self._transition(due), self._frame(due.at))

    def _figures(self, at: float, outbox_length: int) -> HeartbeatFigures:
        seen = any(span.has(at) for span in self.plan.in_sight)
        return HeartbeatFigures(
            fps=FPS,
            pose_share=0.9 if seen else 0.0,
            frame_age_sec=0.05,
            inference="local",
            outbox_length=outbox_length,
            outbox_failure=None,
            picture=Picture.OK,
            is_brightened=False,
            night_look="gamma",
            motion_share=0.3 if seen else 0.0,
            walked=Walked(BEAT_SEC / 4, 1.2) if seen else Walked(),
        )

    def _transition(self, due: Due) -> Transition:
        kind, label = TRANSITIONS[due.what]
        fall = self.plan.fall
        is_end = kind is EventType.END and fall is not None
        lasted = due.at - (fall.begins if label == FALL else fall.ends) if is_end and fall else None
        return Transition(kind, label, due.at, 0.93, lasted, state="lying" if is_end else None)

    def _frame(self, at: float) -> int:
        return int(at * FPS)
