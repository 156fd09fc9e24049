"""Errors of the record as tables."""

from http import HTTPStatus

from backend.errors import ApiError


class RecordUnavailable(ApiError):
    """The log cannot be read now; `/health` says why."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "record_unavailable"
