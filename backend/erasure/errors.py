"""Errors about erasures."""

from http import HTTPStatus

from backend.errors import ApiError


class ErasureRunning(ApiError):
    """An erasure is under way; the next one follows it."""

    status = HTTPStatus.CONFLICT
    code = "erasure_running"
