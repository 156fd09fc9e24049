"""Asks the server what the picture of a fall's end shows: only where SHARE_FRAMES allows it."""

import base64
import logging
from dataclasses import dataclass

import httpx2 as httpx
from pydantic import ValidationError

from agent.backend_client import describe_failure
from agent.recent_frames import RecentFrames
from common.deadline import Deadline, Overdue
from contract.events import PictureVerdict
from contract.vision import Prediction
from modeling.perception.images.posture import POSTURE
from modeling.perception.images.verdict import verdict_of

logger = logging.getLogger(__name__)

# The longest that an END waits for it; the client's own time-outs do not bound everything.
ANSWER_SEC = 1.0


class VerificationFailed(Exception):
    """There is no verdict on the picture; the message says why in one line."""


@dataclass(frozen=True)
class Verification:
    """What the picture says of the fall; `posture` and `confidence` are None where it is ABSENT."""

    verdict: PictureVerdict
    posture: str | None = None
    confidence: float | None = None


ABSENT = Verification(PictureVerdict.ABSENT)


class FallVerifier:
    """Waits at most `answer_sec` for the server. Neither side keeps the picture."""

    def __init__(
        self, frames: RecentFrames, client: httpx.Client, answer_sec: float = ANSWER_SEC
    ) -> None:
        self._frames = frames
        self._client = client
        self._deadline = Deadline(self._ask, answer_sec, "ask-posture")

    def verify(self, time: float) -> Verification:
        """What the picture at `time` (seconds of the stream) says; ABSENT without an answer."""
        try:
            verification = self._verify(time)
        except VerificationFailed as error:
            logger.warning("no verdict on the picture of the fall: %s", error)
            return ABSENT
        logger.info("the picture of the fall: %s", verification.verdict)
        return verification

    def _verify(self, time: float) -> Verification:
        jpeg = self._frames.jpeg_at(time)
        if jpeg is None:
            raise VerificationFailed("there is none of that moment")
        try:
            return self._deadline.ask(jpeg)
        except Overdue as error:
            raise VerificationFailed(f"the server: {error}") from error

    def _ask(self, jpeg: bytes) -> Verification:
        image = base64.b64encode(jpeg).decode()
        question = {"model_name": POSTURE.name, "image_base64": image}
        try:
            answer = self._client.post("/api/v1/predict", json=question).raise_for_status()
            prediction = Prediction.model_validate_json(answer.content)
        except httpx.HTTPError as error:
            raise VerificationFailed(f"the server: {describe_failure(error)}") from error
        except ValidationError as error:
            raise VerificationFailed("the server's answer is no prediction") from error
        if prediction.label not in POSTURE.labels:
            raise VerificationFailed("the server's answer is no posture")
        verdict = verdict_of(prediction.label, prediction.confidence)
        return Verification(verdict, prediction.label, prediction.confidence)
