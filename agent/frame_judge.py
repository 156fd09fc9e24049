"""Has the server look at the picture of a fall's end: only where SHARE_FRAMES allows it."""

import base64
import logging
from dataclasses import dataclass

import httpx2 as httpx
from pydantic import ValidationError

from agent.backend_client import describe_failure
from agent.key_frames import KeyFrames
from common.deadline import Deadline, Overdue
from contract.events import PictureVerdict
from contract.vision import Prediction
from modeling.perception.images.posture import POSTURE
from modeling.perception.images.verdict import verdict_of

logger = logging.getLogger(__name__)

# An END waits for it at most so long; the client's own time-outs do not bound everything.
ANSWER_SEC = 1.0


class NoJudgement(Exception):
    """Nobody has judged the picture; the message says why in one line."""


@dataclass(frozen=True)
class Judgement:
    """What the picture says of the fall; `posture` and `confidence` are None where it is ABSENT."""

    verdict: PictureVerdict
    posture: str | None = None
    confidence: float | None = None


ABSENT = Judgement(PictureVerdict.ABSENT)


class FrameJudge:
    """Waits at most `answer_sec` for the server. The picture is kept by nobody."""

    def __init__(
        self, frames: KeyFrames, client: httpx.Client, answer_sec: float = ANSWER_SEC
    ) -> None:
        self._frames = frames
        self._client = client
        self._deadline = Deadline(self._ask, answer_sec, "ask-posture")

    def judge(self, time: float) -> Judgement:
        """What the picture at `time` (seconds of the stream) says; ABSENT without an answer."""
        try:
            judgement = self._judge(time)
        except NoJudgement as error:
            logger.warning("the picture of the fall was not judged: %s", error)
            return ABSENT
        logger.info("the picture of the fall: %s", judgement.verdict)
        return judgement

    def _judge(self, time: float) -> Judgement:
        jpeg = self._frames.jpeg_at(time)
        if jpeg is None:
            raise NoJudgement("there is none of that moment")
        try:
            return self._deadline.ask(jpeg)
        except Overdue as error:
            raise NoJudgement(f"the server: {error}") from error

    def _ask(self, jpeg: bytes) -> Judgement:
        image = base64.b64encode(jpeg).decode()
        question = {"model_name": POSTURE.name, "image_base64": image}
        try:
            answer = self._client.post("/api/v1/predict", json=question).raise_for_status()
            prediction = Prediction.model_validate_json(answer.content)
        except httpx.HTTPError as error:
            raise NoJudgement(f"the server: {describe_failure(error)}") from error
        except ValidationError as error:
            raise NoJudgement("the server's answer is no prediction") from error
        if prediction.label not in POSTURE.labels:
            raise NoJudgement("the server's answer is no posture")
        verdict = verdict_of(prediction.label, prediction.confidence)
        return Judgement(verdict, prediction.label, prediction.confidence)
