"""Answers what is asked of an image model: one picture, and the one before it."""

import time
from pathlib import Path

from pydantic import ValidationError

from backend.errors import InvalidInput
from backend.vision.decode import from_base64
from backend.vision.prepared import prepared_for, probabilities_of
from contract.vision import Prediction, PredictRequest
from modeling.perception.images.model import ImageModel
from modeling.perception.images.registry import task_in


class PictureAnswers:
    """The image model in `folder`; raises CheckpointError where there is none."""

    def __init__(self, folder: Path) -> None:
        self._model = ImageModel.load(task_in(folder), folder)
        self.name = self._model.task.name
        self.version = self._model.manifest.version

    def answer(self, content_type: str, body: bytes) -> list[Prediction]:
        """One prediction; raises InvalidInput, and what a picture may be refused for."""
        began = time.perf_counter()
        task = self._model.task
        prepared = prepared_for(task, *self._pictures(content_type, body))
        (row,) = probabilities_of(self._model.scores(prepared[None]))
        prediction = Prediction(
            label=task.labels[row.index(max(row))],
            confidence=max(row),
            scores=dict(zip(task.labels, row, strict=True)),
            model_name=self.name,
            version=self.version,
            took_ms=round((time.perf_counter() - began) * 1000, 3),
        )
        return [prediction]

    def _pictures(self, content_type: str, body: bytes) -> tuple[bytes, bytes | None]:
        """A body that is a picture, or JSON with one and perhaps the one before it."""
        if content_type.partition("/")[0].strip().lower() == "image":
            return body, None
        try:
            sent = PredictRequest.model_validate_json(body)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            raise InvalidInput(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
        if sent.model_name != self.name:
            raise InvalidInput(f"model_name: expected {self.name!r}, which this is")
        previous = sent.previous_image_base64
        return (
            from_base64("image_base64", sent.image_base64),
            None if previous is None else from_base64("previous_image_base64", previous),
        )
