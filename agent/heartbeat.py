"""How the camera box is: counted frame by frame, told every few seconds."""

from dataclasses import dataclass

from agent.events import Vitals
from contract.events import Picture


@dataclass
class Heartbeat:
    """Counts frames between beats. Times are seconds of the stream, or since the start."""

    every_sec: float
    _since: float = 0.0
    _frames: int = 0
    _found: int = 0

    def count(self, *, found: bool) -> None:
        """One more frame, with or without a person in it."""
        self._frames += 1
        self._found += found

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
        upside_down_share: float | None = None,
    ) -> Vitals:
        """The figures since the last beat; counting begins anew."""
        elapsed = max(now - self._since, 1e-3)
        vitals = Vitals(
            fps=round(self._frames / elapsed, 2),
            pose_share=round(self._found / max(self._frames, 1), 3),
            # Before the first frame there is no age to tell.
            frame_age_sec=None if frame_age_sec == float("inf") else round(frame_age_sec, 3),
            inference=inference,
            outbox_length=outbox_length,
            outbox_failure=outbox_failure,
            picture=picture,
            upside_down_share=upside_down_share,
        )
        self._since, self._frames, self._found = now, 0, 0
        return vitals
