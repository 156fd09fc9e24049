"""Errors of looks."""

from http import HTTPStatus

from backend.errors import ApiError


class UnknownLook(ApiError):
    """The household has no such look."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_look"


class UnfinishedLook(ApiError):
    """It is still learnt, or could not be."""

    status = HTTPStatus.CONFLICT
    code = "look_not_finished"


class NoNightLook(ApiError):
    """No look is chosen for the night."""

    status = HTTPStatus.NOT_FOUND
    code = "no_night_look"


class UnknownCube(ApiError):
    """The look was not exported in this size."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_cube"


class BadLook(ApiError):
    """No look can be learnt of these pictures."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "bad_look"


class UnknownLookShare(ApiError):
    """The link was never made, has expired, or its look was deleted."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_look_share"
