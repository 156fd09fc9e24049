"""Why a self-test cannot begin."""

from http import HTTPStatus

from backend.errors import ApiError


class NoCameraToTest(ApiError):
    """No camera box is there that could send a self-test."""

    status = HTTPStatus.CONFLICT
    code = "no_camera_to_test"


class SelfTestUnderWay(ApiError):
    """The one before has begun within the hour, and is not over."""

    status = HTTPStatus.CONFLICT
    code = "self_test_under_way"
