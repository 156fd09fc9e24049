"""Errors of pictures."""

from http import HTTPStatus

from backend.errors import ApiError


class UnknownImage(ApiError):
    """The household has no such picture."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_image"


class UnknownFile(ApiError):
    """The picture has no such file, or it has been erased."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_file"


class WrongImageState(ApiError):
    """The picture is not where it would have to be for that."""

    status = HTTPStatus.CONFLICT
    code = "wrong_image_state"


class BadImage(ApiError):
    """The file is not the picture that was announced, or none that is kept."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "bad_image"


class NoConsent(ApiError):
    """The household has not turned on that such pictures are kept."""

    status = HTTPStatus.FORBIDDEN
    code = "no_consent"


class BadSignature(ApiError):
    """The signed address was changed, is too old, or is of another file."""

    status = HTTPStatus.FORBIDDEN
    code = "bad_signature"


class MediaUnavailable(ApiError):
    """The place where pictures lie refuses, or does not answer."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "media_unavailable"
