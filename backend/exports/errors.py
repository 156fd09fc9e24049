"""Errors of exports."""

from http import HTTPStatus

from backend.errors import ApiError


class UnknownExport(ApiError):
    """The household has no such export."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_export"


class NotFinished(ApiError):
    """There is no file of it yet, or there will be none."""

    status = HTTPStatus.CONFLICT
    code = "not_finished"


class NoWeights(ApiError):
    """The version came without the weights that the format would be made of."""

    status = HTTPStatus.CONFLICT
    code = "no_weights"
