"""Errors of tabular models."""

from collections.abc import Iterable
from http import HTTPStatus

from backend.errors import ApiError, shorten


class UnknownTabularModel(ApiError):
    """There is no model of this name."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_tabular_model"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"no model {shorten(name)!r}, expected one of: {', '.join(known)}")


class SimulatedModel(ApiError):
    """The model has learnt only from simulated lives: it says nothing of a person who lives."""

    status = HTTPStatus.CONFLICT
    code = "simulated_model"


class UnknownPrediction(ApiError):
    """The history of the model has no such prediction, or no longer."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_prediction"


class UnknownBatch(ApiError):
    """The model has no such batch."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_batch"


class UnfinishedBatch(ApiError):
    """There is no file of it yet, or there will be none."""

    status = HTTPStatus.CONFLICT
    code = "batch_not_finished"


class UnusableTable(ApiError):
    """The file holds no table with a column that the model reads."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unusable_table"
