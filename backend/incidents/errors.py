"""Errors about incidents."""

from http import HTTPStatus

from backend.errors import ApiError


class UnknownIncident(ApiError):
    """There is no incident of this id."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_incident"
