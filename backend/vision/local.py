"""The image models of this process: loaded once, asked in batches off the event loop."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.errors import ApiError
from backend.part import Part, part
from backend.vision.batch_queue import BatchQueue, Question, Scores
from backend.vision.decode import image_format
from backend.vision.errors import UnknownModel
from backend.vision.hot_reload import ModelSlot
from backend.vision.predictor import ModelState, describe_failures
from backend.vision.prepared import prepared_for, probabilities_of
from contract.vision import Prediction
from modeling.perception.images.model import ImageModel
from modeling.perception.images.own_labels import OWN_LABELS
from modeling.perception.images.registry import SERVED
from modeling.perception.images.task import ImageTask

THREADS = min(4, os.cpu_count() or 1)
LOOK_SEC = 1.0


class VisionService:
    """A Predictor with each model that is SERVED, from the folder of its name in `folder`.

    It lives on without one; each has its place in `slots`. Threads: `vision-N` decode and predict,
    `vision-models` looks every LOOK_SEC for new versions.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.slots = {
            name: ModelSlot(name, folder / name, is_own=name == OWN_LABELS) for name in SERVED
        }
        self._queue = BatchQueue(self._answer, THREADS)
        self._clock = clock
        self._stopping = threading.Event()
        self._looker = threading.Thread(target=self._look, name="vision-models", daemon=True)

    async def start(self) -> None:
        """Begin to answer, and to look for new versions."""
        self._queue.start()
        self._looker.start()

    async def stop(self) -> None:
        """Answer what was accepted, and end."""
        self._stopping.set()
        await asyncio.to_thread(self._queue.stop)
        await asyncio.to_thread(self._looker.join)

    async def predict(
        self, model_name: str, image: bytes, previous: bytes | None = None
    ) -> Prediction:
        """See Predictor."""
        began = self._clock()
        self._model(model_name)
        for picture in (image, previous):
            if picture is not None:
                image_format(picture)
        answer = self._queue.put(Question(model_name, image, previous))
        scores = await asyncio.wrap_future(answer)
        confidence = max(scores.values)
        return Prediction(
            label=scores.labels[scores.values.index(confidence)],
            confidence=confidence,
            scores=dict(zip(scores.labels, scores.values, strict=True)),
            model_name=model_name,
            version=scores.version,
            took_ms=round((self._clock() - began) * 1000, 3),
        )

    def states(self) -> list[ModelState]:
        """Every model, in the table's order."""
        return [slot.state() for slot in self.slots.values() if slot.is_there]

    def health(self) -> Part:
        """A household that does not use a model still hears that it is not there."""
        return part(self.failure, models=self.states())

    @property
    def failure(self) -> str | None:
        """Why not every model is there, or not the newest version of it."""
        return describe_failures(self.states())

    def _model(self, name: str) -> ImageModel:
        slot = self.slots.get(name)
        if slot is None:
            raise UnknownModel(name, self.slots)
        return slot.model

    def _answer(self, questions: Sequence[Question]) -> list[Scores | ApiError]:
        """What comes of each of `questions`, which are for one model."""
        # Asked for once: a new version must not take over in the middle.
        model = self._model(questions[0].model_name)
        prepared = [_prepared(model.task, question) for question in questions]
        pictures = [inputs for inputs in prepared if not isinstance(inputs, ApiError)]
        rows = iter(probabilities_of(model.scores(np.stack(pictures))) if pictures else ())
        said_by = model.manifest.version, model.task.labels
        return [
            inputs if isinstance(inputs, ApiError) else Scores(*said_by, next(rows))
            for inputs in prepared
        ]

    def _look(self) -> None:
        while not self._stopping.wait(LOOK_SEC):
            for slot in self.slots.values():
                slot.look()


def _prepared(task: ImageTask, question: Question) -> NDArray[np.uint8] | ApiError:
    """What the network takes of a question, or why its pictures cannot be decoded."""
    try:
        return prepared_for(task, question.image, question.previous)
    except ApiError as refusal:
        return refusal
