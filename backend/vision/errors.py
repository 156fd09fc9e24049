"""What is refused of a picture, and what becomes of a question whose model cannot be asked.

ApiError
    BrokenBase64         400
    UnknownModel         404
    NotInProduction      404  a household's own model, of which no version serves
    ImageTooLarge        413  in bytes or in pixels
    UnsupportedImage     415  no JPEG, PNG or WebP, or one that moves
    BrokenImage          422
    VisionFailed         502  the other server answers, but not as ours does
    VisionBusy           503
    VisionAway           503  the other server does not answer
"""

from collections.abc import Iterable
from http import HTTPStatus

from backend.errors import ApiError, shorten


class BrokenBase64(ApiError):
    """What should be base64 is not."""

    status = HTTPStatus.BAD_REQUEST
    code = "broken_base64"


class UnknownModel(ApiError):
    """There is no such image model; the message lists those that there are."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_model"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"no model {shorten(name)!r}, expected one of: {', '.join(known)}")


class NotInProduction(ApiError):
    """No version of the household's own model is in production yet."""

    status = HTTPStatus.NOT_FOUND
    code = "not_in_production"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"no version of {name} is in production, expected one that was trained "
            f"(POST /training) and that its alias `production` names"
        )


class ImageTooLarge(ApiError):
    """The picture has more bytes or more pixels than are decoded."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "image_too_large"


class UnsupportedImage(ApiError):
    """The bytes are no still picture of a format that is taken."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_image"


class BrokenImage(ApiError):
    """The picture begins as one of its format does, but cannot be decoded to its end."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "broken_image"


class VisionBusy(ApiError):
    """More pictures wait than the server holds; the client may come again after `wait` seconds."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "vision_busy"

    def __init__(self, wait: int = 1) -> None:
        super().__init__(f"too many pictures wait, expected the next one in {wait} s")
        self.headers = {"Retry-After": str(wait)}


class VisionAway(ApiError):
    """The server that VISION_URL names does not answer; it may after `wait` seconds."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "vision_away"

    def __init__(self, message: str, wait: int = 1) -> None:
        super().__init__(message)
        self.headers = {"Retry-After": str(wait)}


class VisionFailed(ApiError):
    """The server that VISION_URL names answers what cannot be used."""

    status = HTTPStatus.BAD_GATEWAY
    code = "vision_failed"
