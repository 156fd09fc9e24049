"""What the routes of cameras, their boxes and visits answer when they cannot do their work."""

from http import HTTPStatus

from backend.errors import ApiError


class ZonesUnavailable(ApiError):
    """The zones could not be read, or not be kept."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "zones_unavailable"


class UnknownCamera(ApiError):
    """There is no camera of this name."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_camera"


class CameraHasKey(ApiError):
    """The camera's key stands in CAMERA_KEYS, which wins."""

    status = HTTPStatus.CONFLICT
    code = "camera_has_key"


class TooManyCodes(ApiError):
    """As many codes are open as may be at a time."""

    status = HTTPStatus.CONFLICT
    code = "too_many_codes"


class WrongCode(ApiError):
    """No open code is this one: it is wrong, used, too old, or was guessed at."""

    status = HTTPStatus.FORBIDDEN
    code = "wrong_code"


class NotFoundByBox(ApiError):
    """The box of this camera has found no such stream."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found_by_box"


class UnknownVisit(ApiError):
    """There is no visit of this number that still lasts."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_visit"
