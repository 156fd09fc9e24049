"""Windows to analyses: by the server, by the box's own copy of the checkpoint, or as available."""

import io
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Protocol

import httpx2 as httpx
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from agent.server import describe_failure
from contract.analysis import NPY_MEDIA_TYPE, POSES_MEDIA_TYPE, Analysis
from modeling.detector import Detector
from modeling.windows import Window

logger = logging.getLogger(__name__)

# While the server is away it is asked again this often; each try may cost ANSWER_SEC.
RETRY_SEC = 5.0
# The client's own time-outs bound neither a name look-up nor an answer that trickles.
ANSWER_SEC = 1.5
# Of the stream.
ANSWER_HOLDS_SEC = 1.0
# What a server says that takes packed poses for JSON, or for something damaged.
NOT_UNDERSTOOD = (httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_CONTENT)


class AnalysisUnavailable(Exception):  # noqa: N818
    """There is nobody to answer now; the message says why in one line."""


class Analyzer(Protocol):
    """Answers windows, from one thread, in the order of their times."""

    name: str
    """Who answers: "remote", "local", or "none" when the last window found nobody to."""

    def analyze(self, window: Window) -> Analysis:
        """The analysis of a window that shows somebody; raises AnalysisUnavailable."""


class LocalAnalyzer:
    """Asks the box's own detector."""

    name = "local"

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    def analyze(self, window: Window) -> Analysis:
        """Never unavailable."""
        return self._detector.analyze(_features(window)[None])[0]


class RemoteAnalyzer:
    """Asks the server, with the window's packed poses, or as one array of float16.

    A server of an older version takes the array alone. What was answered a moment ago
    is not asked again: while somebody lies still, a window is like the one before.
    """

    def __init__(self, client: httpx.Client) -> None:
        self.name = "remote"
        self._client = client
        self._takes_poses = True
        self._asked: Window | None = None
        self._answer: Analysis | None = None

    def analyze(self, window: Window) -> Analysis:
        """Raises AnalysisUnavailable when the server is away, has no model, or talks nonsense."""
        if self._answer is not None and self._is_answered(window):
            return self._answer
        self._answer = None
        try:
            analysis = self._ask(window)
        except AnalysisUnavailable:
            self.name = "none"
            raise
        self.name = "remote"
        self._asked, self._answer = window, analysis
        return analysis

    def _is_answered(self, window: Window) -> bool:
        if self._asked is None or self._asked.poses is None or window.poses is None:
            return False
        fresh = 0.0 <= window.time - self._asked.time < ANSWER_HOLDS_SEC
        return fresh and window.poses.shows_the_same(self._asked.poses)

    def _ask(self, window: Window) -> Analysis:
        try:
            answer = self._send(window).raise_for_status()
            return _checked(Analysis.model_validate_json(answer.content))
        except httpx.HTTPError as error:
            raise AnalysisUnavailable(describe_failure(error)) from error
        except ValidationError as error:
            raise AnalysisUnavailable("its answer is no analysis") from error

    def _send(self, window: Window) -> httpx.Response:
        if window.poses is not None and self._takes_poses:
            answer = self._post(window.poses.encode(), POSES_MEDIA_TYPE)
            if answer.status_code not in NOT_UNDERSTOOD:
                return answer
        body = io.BytesIO()
        np.save(body, _features(window).astype(np.float16))
        answer = self._post(body.getvalue(), NPY_MEDIA_TYPE)
        self._takes_poses = self._takes_poses and not answer.is_success
        return answer

    def _post(self, body: bytes, media_type: str) -> httpx.Response:
        headers = {"Content-Type": media_type}
        return self._client.post("/behavior/analyze", content=body, headers=headers)


class AutoAnalyzer:
    """Asks the server while it is there, and the box's own detector while it is not."""

    def __init__(
        self,
        remote: RemoteAnalyzer,
        local: LocalAnalyzer,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = remote.name
        self._remote, self._local = remote, local
        self._clock = clock
        self._retry_at = float("-inf")
        self._asking = ThreadPoolExecutor(1, "ask-server")
        self._answer: Future[Analysis] | None = None

    def analyze(self, window: Window) -> Analysis:
        """Never unavailable."""
        overdue = self._answer is not None and not self._answer.done()
        if self._clock() >= self._retry_at and not overdue:
            try:
                return self._ask_remote(window)
            except AnalysisUnavailable as error:
                self._fall_back(error)
        return self._local.analyze(window)

    def _ask_remote(self, window: Window) -> Analysis:
        self._answer = self._asking.submit(self._remote.analyze, window)
        try:
            analysis = self._answer.result(ANSWER_SEC)
        except FutureTimeoutError as error:
            raise AnalysisUnavailable("it does not answer in time") from error
        if self.name == self._local.name:
            logger.info("the server answers again")
        self.name = self._remote.name
        return analysis

    def _fall_back(self, error: AnalysisUnavailable) -> None:
        if self.name != self._local.name:
            logger.warning("no analysis by the server (%s): watching with the own detector", error)
        self.name = self._local.name
        self._retry_at = self._clock() + RETRY_SEC


def _features(window: Window) -> NDArray[np.float32]:
    if window.features is None:
        raise ValueError("a window that shows nobody is not analyzed")
    return window.features


def _checked(analysis: Analysis) -> Analysis:
    """The analysis, if its lists are parallel and its scores are probabilities."""
    lengths = {len(analysis.events), len(analysis.scores), len(analysis.thresholds)}
    if len(lengths) > 1 or lengths == {0} or not all(0.0 <= s <= 1.0 for s in analysis.scores):
        raise AnalysisUnavailable("its answer is no analysis")
    return analysis
