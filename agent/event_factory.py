"""What happens before a camera, as events of the contract."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from agent.fall_verifier import Verification
from contract.events import EVENT, FALL, Event, EventType, Picture
from modeling.perception.incidents.event_machine import Transition
from modeling.perception.incidents.gait import NOBODY_WALKED, Walked
from modeling.perception.incidents.person_watch import Status
from modeling.perception.windows.windows import Moment

STARTING = "starting"
WATCHING = "watching"
NORMAL = "normal"
"""The state of a person without an open incident."""


@dataclass(frozen=True)
class HeartbeatFigures:
    """The figures of a heartbeat, of the time since the last one; see Event."""

    fps: float
    pose_share: float
    frame_age_sec: float | None
    inference: str
    outbox_length: int
    outbox_failure: str | None
    picture: Picture | None = None
    is_brightened: bool | None = None
    night_look: str | None = None
    night_look_failure: str | None = None
    upside_down_share: float | None = None
    model: str | None = None
    model_failure: str | None = None
    motion_share: float = 0.0
    missed_sec: float = 0.0
    walked: Walked = NOBODY_WALKED


@dataclass
class EventFactory:
    """Numbers and stamps the events of one run of one camera.

    `epoch` is the stream's time 0 in seconds since 1970. The main loop moves it, since a box
    without a battery learns the right time only after its start. Both the main loop and the
    analysis thread make events: `itertools.count` gives each number once.
    """

    camera_id: str
    epoch: float
    session_id: str = field(default_factory=lambda: uuid4().hex)
    wall_clock: Callable[[], float] = time.time
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _incidents: dict[tuple[int, str], str] = field(default_factory=dict)

    def stamp(self, time: float) -> float:
        """Seconds since 1970 at a time of the stream."""
        return self.epoch + time

    def transition(
        self, move: Transition, frame_idx: int, seen: Verification | None = None
    ) -> Event:
        """A START, or the END that carries the same incident and what its picture says."""
        key = (move.person, move.label)
        if move.event_type is EventType.START:
            self._incidents[key] = uuid4().hex
        return self._event(
            move.event_type,
            move.time,
            incident_id=self._incidents[key],
            person=move.person,
            frame_idx=frame_idx,
            event=move.label,
            prob=move.prob,
            duration_sec=move.duration_sec,
            state=move.state or NORMAL,
            verdict=seen and seen.verdict,
            posture=seen and seen.posture,
            posture_confidence=seen and seen.confidence,
        )

    def incident_of(self, move: Transition) -> str | None:
        """The id of the incident that has begun by this, or by the START before it."""
        return self._incidents.get((move.person, move.label))

    def probs(self, moment: Moment, status: Status) -> Event:
        """The smoothed scores of one person at the time of `moment`."""
        scores = status.scores
        top = max(scores, key=lambda label: scores[label])
        return self._event(
            EventType.PROBS,
            moment.time,
            frame_idx=moment.frame_idx,
            person=status.person,
            state="+".join(status.states) or NORMAL,
            top_event=top,
            top_prob=scores[top],
            probs=scores,
        )

    def heartbeat(self, time: float, state: str, figures: HeartbeatFigures) -> Event:
        """The heartbeat of a camera that is watched."""
        return self._event(
            EventType.HEARTBEAT,
            time,
            state=state,
            fps=figures.fps,
            pose_share=figures.pose_share,
            frame_age_sec=figures.frame_age_sec,
            inference=figures.inference,
            picture=figures.picture,
            is_brightened=figures.is_brightened,
            night_look=figures.night_look,
            night_look_failure=figures.night_look_failure,
            upside_down_share=figures.upside_down_share,
            model=figures.model,
            model_failure=figures.model_failure,
            outbox_length=figures.outbox_length,
            outbox_failure=figures.outbox_failure,
            motion_share=figures.motion_share,
            missed_sec=figures.missed_sec,
            walked_sec=round(figures.walked.seconds, 2),
            walked_lengths=round(figures.walked.lengths, 3),
            rises=figures.walked.rises,
        )

    def state_heartbeat(self, state: str, detail: str | None = None) -> Event:
        """A heartbeat outside of the watch: it begins, has failed and why, or is over."""
        since = max(0.0, self.wall_clock() - self.epoch)
        return self._event(EventType.HEARTBEAT, since, state=state, detail=detail, fps=0.0)

    def self_test(self, incident_id: str) -> list[Event]:
        """START and END of a fall that has not happened: a test of the way to the people."""
        now = max(0.0, self.wall_clock() - self.epoch)
        said = {"incident_id": incident_id, "event": FALL, "test": True}
        return [
            self._event(EventType.START, now, **said),
            self._event(EventType.END, now, **said, duration_sec=0.0),
        ]

    def _event(self, event_type: EventType, time: float, **fields: object) -> Event:
        seq = next(self._numbers)
        known = {name: value for name, value in fields.items() if value is not None}
        return EVENT.validate_python(
            {
                "event_type": event_type,
                "event_id": f"{self.session_id}-{seq}",
                "camera_id": self.camera_id,
                "session_id": self.session_id,
                "seq": seq,
                "ts": self.stamp(time),
                "video_ts": max(time, 0.0),
                **known,
            }
        )
