"""Moments to analyses: by the server, by the box's own detector, or by whichever is there."""

import io
import logging
import time
from collections.abc import Callable
from typing import Protocol

import httpx2 as httpx
import numpy as np
from pydantic import ValidationError

from agent.backend_client import describe_failure
from agent.event_factory import EventFactory
from agent.model.serving import ServingModel
from common.deadline import Deadline, Overdue
from contract.analysis import FARTHEST, NPY_MEDIA_TYPE, Analysis, AnalysisBatch
from contract.poses import source_parameters
from modeling.perception.windows.windows import Moment, stacked_features

logger = logging.getLogger(__name__)

# While the server is away it is asked again this often; each attempt may cost ANSWER_SEC.
RETRY_SEC = 5.0
# The client's own time-outs bound neither a name look-up nor an answer that trickles.
ANSWER_SEC = 1.5
# How long an answer holds for unchanged poses, by the stream's time.
ANSWER_HOLDS_SEC = 1.0


class AnalysisUnavailable(Exception):
    """Nobody can analyze now; the message says why in one line."""


class Analyzer(Protocol):
    """Answers moments, from one thread, in the order of their times."""

    name: str
    """Who analyzes: "remote", "local", or "none" if the last moment was not analyzed."""

    def analyze(self, moment: Moment) -> list[Analysis]:
        """One analysis per window, in their order; `moment` has a window at least.

        Raises AnalysisUnavailable.
        """


class LocalAnalyzer:
    """Asks the box's own model about the windows of one camera."""

    name = "local"

    def __init__(self, model: ServingModel, camera_id: str) -> None:
        self._model, self._camera_id = model, camera_id

    def analyze(self, moment: Moment) -> list[Analysis]:
        """Never unavailable."""
        windows = stacked_features(moment.windows)
        return self._model.analyze(self._camera_id, moment.time, windows)


class RemoteAnalyzer:
    """Asks the server, with the poses of all windows of a moment in one array of float16.

    Poses that are equal to the last ones are not sent again within a second: while everybody lies
    still, a moment is like the one before. `stamps` says of which camera and when they are.
    """

    def __init__(self, client: httpx.Client, stamps: EventFactory) -> None:
        self.name = "remote"
        self._client, self._stamps = client, stamps
        self._answered: tuple[float, float, bytes] | None = None  # time, aspect, and the array
        self._answer: list[Analysis] = []

    def analyze(self, moment: Moment) -> list[Analysis]:
        """Raises AnalysisUnavailable also for an answer that is no analysis."""
        poses = poses_npy(moment)
        if self._is_answered(moment, poses):
            return self._answer
        self._answered = None
        try:
            analyses = self._ask(moment, poses)
        except AnalysisUnavailable:
            self.name = "none"
            raise
        self.name = "remote"
        self._answered, self._answer = (moment.time, moment.aspect, poses), analyses
        return analyses

    def _is_answered(self, moment: Moment, poses: bytes) -> bool:
        if self._answered is None:
            return False
        time, aspect, same = self._answered
        fresh = 0.0 <= moment.time - time < ANSWER_HOLDS_SEC
        return fresh and moment.aspect == aspect and poses == same

    def _ask(self, moment: Moment, poses: bytes) -> list[Analysis]:
        headers = {"Content-Type": self._media_type(moment)}
        try:
            answer = self._client.post("/behavior/analyze", content=poses, headers=headers)
            batch = AnalysisBatch.model_validate_json(answer.raise_for_status().content)
        except httpx.HTTPError as error:
            raise AnalysisUnavailable(describe_failure(error)) from error
        except ValidationError as error:
            raise AnalysisUnavailable("its answer is no analysis") from error
        if len(batch.results) != len(moment.windows):
            raise AnalysisUnavailable("its answer is not one analysis per person")
        return [_checked(analysis) for analysis in batch.results]

    def _media_type(self, moment: Moment) -> str:
        people = (window.person for window in moment.windows)
        at = self._stamps.stamp(moment.time)
        source = source_parameters(self._stamps.camera_id, at, people)
        return f"{NPY_MEDIA_TYPE}; aspect={moment.aspect:.4f}; {source}"


def poses_npy(moment: Moment) -> bytes:
    """The poses of a moment's windows as they travel: an (N, 16, 13, 3) array of float16."""
    joints = np.stack([window.joints for window in moment.windows])
    body = io.BytesIO()
    np.save(body, np.clip(joints, -FARTHEST, FARTHEST).astype(np.float16))
    return body.getvalue()


class AutoAnalyzer:
    """Asks the server while it answers, and the box's own detector while it does not."""

    def __init__(
        self,
        remote: RemoteAnalyzer,
        local: LocalAnalyzer,
        *,
        answer_sec: float = ANSWER_SEC,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = remote.name
        self._remote, self._local = remote, local
        self._deadline = Deadline(remote.analyze, answer_sec, "ask-server")
        self._clock = clock
        self._retry_at = float("-inf")

    def analyze(self, moment: Moment) -> list[Analysis]:
        """Never unavailable."""
        if self._clock() >= self._retry_at:
            try:
                return self._ask_remote(moment)
            except (AnalysisUnavailable, Overdue) as error:
                self._fall_back(error)
        return self._local.analyze(moment)

    def _ask_remote(self, moment: Moment) -> list[Analysis]:
        analyses = self._deadline.ask(moment)
        if self.name == self._local.name:
            logger.info("the server answers again")
        self.name = self._remote.name
        return analyses

    def _fall_back(self, error: AnalysisUnavailable | Overdue) -> None:
        if self.name != self._local.name:
            logger.warning(
                "no analysis by the server (%s): the box's own detector takes over", error
            )
        self.name = self._local.name
        self._retry_at = self._clock() + RETRY_SEC


def _checked(analysis: Analysis) -> Analysis:
    """The analysis, if its lists are parallel and its scores are probabilities."""
    lengths = {len(analysis.events), len(analysis.scores), len(analysis.thresholds)}
    if len(lengths) > 1 or lengths == {0} or not all(0.0 <= s <= 1.0 for s in analysis.scores):
        raise AnalysisUnavailable("its answer is no analysis")
    return analysis
