"""Whether the scores of a model are those of one that works, as far as scores can tell."""

from collections import deque
from collections.abc import Sequence

from contract.analysis import Analysis

WATCHED_SEC = 180.0
LEAST_WINDOWS = 600
"""Of the 1800 that one person gives in that time."""
MOST_ANOMALOUS = 0.5
"""Of the windows. A fall has thirty anomalous ones; who lies there afterwards has none."""


class ScoreWatch:
    """The windows of one camera in the last minutes. One thread; times are the stream's."""

    def __init__(self) -> None:
        self._moments: deque[tuple[float, int, int]] = deque()
        self._windows = self._anomalous = 0

    def implausible(self, time: float, analyses: Sequence[Analysis]) -> str | None:
        """Take the analyses of a moment; why the model cannot be believed, or None."""
        if not all(0.0 <= score <= 1.0 for it in analyses for score in it.scores):
            return "it gives scores that are no probabilities"
        self._add(time, len(analyses), sum(it.is_anomaly for it in analyses))
        spans = time - self._moments[0][0]
        if spans < 0.9 * WATCHED_SEC or self._windows < LEAST_WINDOWS:
            return None
        share = self._anomalous / self._windows
        if share <= MOST_ANOMALOUS:
            return None
        return f"it saw a fall in {share:.0%} of the windows of {spans:.0f} seconds"

    def _add(self, time: float, windows: int, anomalous: int) -> None:
        if self._moments and time < self._moments[-1][0]:  # another stream begins
            self._moments.clear()
            self._windows = self._anomalous = 0
        self._moments.append((time, windows, anomalous))
        self._windows += windows
        self._anomalous += anomalous
        while time - self._moments[0][0] > WATCHED_SEC:
            _, left, wrong = self._moments.popleft()
            self._windows -= left
            self._anomalous -= wrong
