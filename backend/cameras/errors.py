"""What a route of the cameras' zones answers when it cannot do its work."""

from http import HTTPStatus

from backend.errors import ApiError


class ZonesUnavailable(ApiError):
    """The zones could not be read, or not be kept."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "zones_unavailable"
