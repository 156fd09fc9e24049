"""How a condition went over time: trouble that comes and goes adds up."""

from collections import deque


class Course:
    """For how much of the last `within` seconds one condition held, and for how long it is gone.

    Time in which that is not known does not pass. Times are seconds of any one clock.
    """

    def __init__(self, within: float) -> None:
        self._within = within
        self._stretches: deque[tuple[float, bool]] = deque()  # seconds, and whether it held
        self._looked_at = 0.0
        self.holds: bool | None = None
        """By the last look; None where that is not known."""
        self.began = 0.0
        """When it held first, of the times that count."""
        self.gone_sec = 0.0
        """For how long it has been gone, at a stretch and for all that is known."""

    @property
    def held_sec(self) -> float:
        """For how much of the time that counts it held."""
        return sum(seconds for seconds, held in self._stretches if held)

    @property
    def is_forgotten(self) -> bool:
        """Whether nothing of it counts any more."""
        return not self.holds and self.held_sec == 0

    def look(self, holds: bool | None, now: float, held_before: float = 0.0) -> None:
        """What was found last went on until now; what is found now had held for `held_before`."""
        elapsed = now - self._looked_at
        if self.holds is not None:
            self._add(elapsed, self.holds)
        if holds and self.is_forgotten:
            self.began = now - held_before
            self._add(held_before, held=True)
        stays_gone = self.holds is False and holds is False
        self.gone_sec = self.gone_sec + elapsed if stays_gone else 0.0
        self.holds, self._looked_at = holds, now

    def _add(self, seconds: float, held: bool) -> None:
        if self._stretches and self._stretches[-1][1] is held:
            seconds += self._stretches.pop()[0]
        self._stretches.append((seconds, held))
        surplus = sum(stretch for stretch, _ in self._stretches) - self._within
        while self._stretches and surplus > 0:
            first, was_held = self._stretches.popleft()
            if first > surplus:
                self._stretches.appendleft((first - surplus, was_held))
            surplus -= first
