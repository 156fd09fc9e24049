"""Answers what is asked of an endpoint."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from backend.deployments.errors import VersionUnavailable
from backend.deployments.loaded import LoadedVersions, Model
from backend.deployments.shares import chosen
from backend.errors import InvalidInput
from backend.vision.batch_queue import Question
from backend.vision.prepared import prepared_for, probabilities_of
from contract.analysis import Analysis
from contract.deployments import Deployment, Predicted
from contract.vision import Prediction
from modeling.perception.detector.detector import Detector, WindowError
from modeling.perception.images.model import ImageModel


class Endpoint:
    """Thread-safe; it answers in the thread that asks."""

    def __init__(
        self, loaded: LoadedVersions, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._loaded, self._clock = loaded, clock

    def predict(
        self, deployment: Deployment, asked: Question | NDArray[np.float32], key: str | None
    ) -> Predicted:
        """The answer of the version whose turn it is: for one `key` always the same one.

        Raises VersionUnavailable, InvalidInput, and what a picture may be refused for.
        """
        version_id = chosen(deployment.shares, deployment.id, key)
        model = self._loaded.get(version_id, deployment.household_id)
        return Predicted(
            version_id=version_id,
            version=model.manifest.version,
            results=self._results(model, asked),
        )

    def _results(
        self, model: Model, asked: Question | NDArray[np.float32]
    ) -> list[Analysis] | list[Prediction]:
        if isinstance(model, Detector) and isinstance(asked, np.ndarray):
            return _analyses(model, asked)
        if isinstance(model, ImageModel) and isinstance(asked, Question):
            return [self._prediction(model, asked)]
        raise VersionUnavailable("the version is of another recipe than its deployment")

    def _prediction(self, model: ImageModel, asked: Question) -> Prediction:
        began = self._clock()
        if asked.model_name != model.task.name:
            raise InvalidInput(f"model_name: expected {model.task.name!r}, which this deploys")
        prepared = prepared_for(model.task, asked.image, asked.previous)
        (row,) = probabilities_of(model.scores(prepared[None]))
        return Prediction(
            label=model.task.labels[row.index(max(row))],
            confidence=max(row),
            scores=dict(zip(model.task.labels, row, strict=True)),
            model_name=model.task.name,
            version=model.manifest.version,
            took_ms=round((self._clock() - began) * 1000, 3),
        )


def _analyses(detector: Detector, windows: NDArray[np.float32]) -> list[Analysis]:
    try:
        return detector.analyze(windows)
    except WindowError as error:
        raise InvalidInput(str(error)) from error
    except ValidationError as error:
        # Finite features can still overflow on their way through the network.
        raise InvalidInput("features are too large: expected a finite score of them") from error
