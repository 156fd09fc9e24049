"""The figures of a camera between two heartbeats.

Pictures may come in bursts: the time that they show counts, not their arrival.
"""

from dataclasses import dataclass

from agent.event_factory import HeartbeatFigures
from contract.events import Picture
from modeling.perception.incidents.gait import NOBODY_WALKED, Walked

HOLE_SEC = 1.0
"""A longer time between two pictures is a hole: a fall from standing takes little longer."""


@dataclass
class HeartbeatCounter:
    """Counts frames between heartbeats. Times are seconds of the stream.

    `missed_sec` sums the holes that have ended since the last heartbeat, each from the picture
    before it to the one after; one that still lasts shows in `fps` and `frame_age_sec`.
    """

    every_sec: float
    _since: float = 0.0
    _newest: float | None = None
    _frames: int = 0
    _found: int = 0
    _moved: int = 0
    _missed_sec: float = 0.0

    def count(self, time: float, *, found: bool, moved: bool) -> None:
        """One more frame, of `time`: whether a person was found and whether anything moved."""
        if self._newest is not None and time - self._newest > HOLE_SEC:
            self._missed_sec += time - self._newest
        self._newest = time
        self._frames += 1
        self._found += found
        self._moved += moved

    def is_due(self, now: float) -> bool:
        """Whether the next beat is due."""
        return now - self._since >= self.every_sec

    def beat(
        self,
        now: float,
        frame_age_sec: float,
        inference: str,
        *,
        outbox_length: int,
        outbox_failure: str | None,
        picture: Picture | None = None,
        is_brightened: bool | None = None,
        night_look: str | None = None,
        night_look_failure: str | None = None,
        upside_down_share: float | None = None,
        model: str | None = None,
        model_failure: str | None = None,
        walked: Walked = NOBODY_WALKED,
    ) -> HeartbeatFigures:
        """The figures since the last heartbeat; counting starts from zero."""
        elapsed = max(now - self._since, 1e-3)
        figures = HeartbeatFigures(
            fps=round(self._frames / elapsed, 2),
            pose_share=self._share(self._found),
            # Before the first frame there is no age.
            frame_age_sec=None if frame_age_sec == float("inf") else round(frame_age_sec, 3),
            inference=inference,
            outbox_length=outbox_length,
            outbox_failure=outbox_failure,
            picture=picture,
            is_brightened=is_brightened,
            night_look=night_look,
            night_look_failure=night_look_failure,
            upside_down_share=upside_down_share,
            model=model,
            model_failure=model_failure,
            motion_share=self._share(self._moved),
            missed_sec=round(self._missed_sec, 2),
            walked=walked,
        )
        self._since, self._missed_sec = now, 0.0
        self._frames = self._found = self._moved = 0
        return figures

    def _share(self, counted: int) -> float:
        return round(counted / max(self._frames, 1), 3)
