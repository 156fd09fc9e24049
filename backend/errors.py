"""Errors that a client may see; each carries its status, and one handler renders them all.

ApiError
    NotJson              400  the body is no JSON, or no .npy array
    BrokenBase64         400
    Unauthorized         401
    Forbidden            403
    UnknownModel         404
    UnknownIncident      404
    BodyTooLarge         413
    ImageTooLarge        413  in bytes or in pixels
    EncodedBody          415
    UnsupportedImage     415  no JPEG, PNG or WebP, or one that moves
    InvalidInput         422  well-formed, but not what was expected
    BrokenImage          422
    TooManyRequests      429
    VisionFailed         502  the other server answers, but not as ours does
    ModelUnavailable     503
    VisionBusy           503
    VisionAway           503  the other server does not answer
    LogUnavailable       503
    ZonesUnavailable     503
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

logger = logging.getLogger(__name__)

MAX_NAME_LENGTH = 100
_EVENT_TYPES = frozenset({"Start", "End", "Probs", "Heartbeat", "Gap"})
"""Names of classes that pydantic puts into the place of an error; no sender knows them."""


class ApiError(Exception):
    """Answered as `{"code", "message"}` with `status`."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"
    headers: Mapping[str, str] | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotJson(ApiError):  # noqa: N818 (named for what the client reads)
    """The body cannot be parsed at all."""

    status = HTTPStatus.BAD_REQUEST
    code = "malformed_body"


class BrokenBase64(ApiError):  # noqa: N818
    """What should be base64 is not."""

    status = HTTPStatus.BAD_REQUEST
    code = "broken_base64"


class Unauthorized(ApiError):  # noqa: N818
    """The request carries no key, or none that is known."""

    status = HTTPStatus.UNAUTHORIZED
    code = "unauthorized"
    headers: Mapping[str, str] | None = {"WWW-Authenticate": "Bearer"}


class Forbidden(ApiError):  # noqa: N818
    """Whoever asks may not ask this."""

    status = HTTPStatus.FORBIDDEN
    code = "forbidden"


class UnknownModel(ApiError):  # noqa: N818
    """There is no such image model; the message lists those that there are."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_model"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"no model {shorten(name)!r}, expected one of: {', '.join(known)}")


class UnknownIncident(ApiError):  # noqa: N818
    """There is no incident of this id."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_incident"


class BodyTooLarge(ApiError):  # noqa: N818
    """The body is longer than the server reads."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "body_too_large"
    # Else the server would go on taking what the client goes on sending.
    headers: Mapping[str, str] | None = {"Connection": "close"}


class ImageTooLarge(ApiError):  # noqa: N818
    """The picture has more bytes or more pixels than are decoded."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "image_too_large"


class EncodedBody(ApiError):  # noqa: N818
    """The body is compressed: what it would become cannot be known before it has."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "encoded_body"
    headers: Mapping[str, str] | None = {"Accept-Encoding": "identity", "Connection": "close"}


class UnsupportedImage(ApiError):  # noqa: N818
    """The bytes are no still picture of a format that is taken."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_image"


class InvalidInput(ApiError):  # noqa: N818
    """The body can be parsed but is not what was expected."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid_input"


class BrokenImage(ApiError):  # noqa: N818
    """The picture begins as one of its format does, but cannot be decoded to its end."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "broken_image"


class TooManyRequests(ApiError):  # noqa: N818
    """The client sends faster than any camera box does; it may go on after `wait` seconds."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_requests"

    def __init__(self, wait: int, what: str = "requests") -> None:
        super().__init__(f"too many {what}, expected the next one in {wait} s")
        self.headers = {"Retry-After": str(wait)}


class ModelUnavailable(ApiError):  # noqa: N818
    """The checkpoint could not be loaded; `/health` says why."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "model_unavailable"


class VisionBusy(ApiError):  # noqa: N818
    """More pictures wait than the server holds; the client may come again after `wait` seconds."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "vision_busy"

    def __init__(self, wait: int = 1) -> None:
        super().__init__(f"too many pictures wait, expected the next one in {wait} s")
        self.headers = {"Retry-After": str(wait)}


class VisionAway(ApiError):  # noqa: N818
    """The server that VISION_URL names does not answer; it may after `wait` seconds."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "vision_away"

    def __init__(self, message: str, wait: int = 1) -> None:
        super().__init__(message)
        self.headers = {"Retry-After": str(wait)}


class VisionFailed(ApiError):  # noqa: N818
    """The server that VISION_URL names answers what cannot be used."""

    status = HTTPStatus.BAD_GATEWAY
    code = "vision_failed"


class LogUnavailable(ApiError):  # noqa: N818
    """The event could not be made durable; the client keeps it and sends it again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "log_unavailable"


class ZonesUnavailable(ApiError):  # noqa: N818
    """The zones could not be read, or not be kept."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "zones_unavailable"


class Problem(BaseModel):
    """What every error is answered as."""

    code: str
    message: str


def describe(error: ValidationError | RequestValidationError) -> str:
    """One line: where the input is wrong and what was expected, at most three places."""
    found = _found(error)
    places = [f"{_path(item['loc'])}: {_message(item['msg'])}" for item in found[:3]]
    more = f" (and {len(found) - 3} more)" if len(found) > 3 else ""
    return "; ".join(places) + more


def _found(error: ValidationError | RequestValidationError) -> Sequence[Any]:
    """Its places, without what was sent: there may be thousands of them."""
    if isinstance(error, ValidationError):
        return error.errors(include_url=False, include_context=False, include_input=False)
    return error.errors()


def _message(text: str) -> str:
    return text.removeprefix("Value error, ")


def _path(location: tuple[int | str, ...]) -> str:
    path = ".".join(str(part) for part in location if part not in _EVENT_TYPES) or "body"
    return shorten(path)


def shorten(name: str) -> str:
    """`name`, which the client made up and may be of any length, to be shown in a message."""
    return name if len(name) <= MAX_NAME_LENGTH else f"{name[:MAX_NAME_LENGTH]}…"


def install_handlers(app: FastAPI) -> None:
    """Render every error of `app` in the one shape."""

    @app.exception_handler(ApiError)
    async def _api_error(_: Request, error: ApiError) -> JSONResponse:
        return render(error)

    @app.exception_handler(ClientDisconnect)
    async def _client_left(_: Request, __: ClientDisconnect) -> JSONResponse:
        return _answer(NotJson.status, NotJson.code, "the body ended early")  # nobody reads it

    @app.exception_handler(RequestValidationError)
    async def _invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
        return _answer(InvalidInput.status, InvalidInput.code, describe(error))

    @app.exception_handler(HTTPException)
    async def _http_error(_: Request, error: HTTPException) -> JSONResponse:
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        return _answer(error.status_code, code, str(error.detail), error.headers)

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> JSONResponse:
        return unexpected(request, error)


def unexpected(request: Request, error: Exception) -> JSONResponse:
    """The answer to a request that the server is to blame for; the log gets the rest."""
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _answer(ApiError.status, ApiError.code, "the server failed; its log says why")


def render(error: ApiError) -> JSONResponse:
    """The answer that `error` is."""
    return _answer(error.status, error.code, error.message, error.headers)


def _answer(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    return JSONResponse({"code": code, "message": message}, status_code=status, headers=headers)
