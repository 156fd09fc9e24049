"""Errors about poses."""

from http import HTTPStatus

from backend.errors import ApiError


class NoPoses(ApiError):
    """No poses were kept of this incident."""

    status = HTTPStatus.NOT_FOUND
    code = "no_poses"


class PosesUnavailable(ApiError):
    """The poses of this incident cannot be read; the server's log says why."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "poses_unavailable"
