"""Errors that a client may see; each carries its status, and one handler renders them all.

Those of one feature stand with it, in its `errors.py`; here are those that several share:

ApiError
    NotJson              400  the body is no JSON, or no .npy array
    Unauthorized         401
    Forbidden            403
    BodyTooLarge         413
    EncodedBody          415
    InvalidInput         422  well-formed, but not what was expected
    TooManyRequests      429
    ModelUnavailable     503
    LogUnavailable       503
    ToldUnrecorded       504
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from contract.events import TOLD_HEADER

logger = logging.getLogger(__name__)

MAX_NAME_LENGTH = 100
SECRET_PATH = re.compile(r"^(/(?:answer|invitation|shared)/).+", re.DOTALL)
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


class NotJson(ApiError):
    """The body cannot be parsed at all."""

    status = HTTPStatus.BAD_REQUEST
    code = "malformed_body"


class Unauthorized(ApiError):
    """The request carries no key, or none that is known."""

    status = HTTPStatus.UNAUTHORIZED
    code = "unauthorized"
    headers: Mapping[str, str] | None = {"WWW-Authenticate": "Bearer"}


class Forbidden(ApiError):
    """The caller may not ask this."""

    status = HTTPStatus.FORBIDDEN
    code = "forbidden"


class BodyTooLarge(ApiError):
    """The body is longer than the server reads."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "body_too_large"
    # Else the server would go on taking what the client goes on sending.
    headers: Mapping[str, str] | None = {"Connection": "close"}


class EncodedBody(ApiError):
    """The body is compressed: what it would become cannot be known before it has."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "encoded_body"
    headers: Mapping[str, str] | None = {"Accept-Encoding": "identity", "Connection": "close"}


class InvalidInput(ApiError):
    """The body can be parsed but is not what was expected."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid_input"


class TooManyRequests(ApiError):
    """The client sends faster than any camera box does; it may go on after `wait` seconds."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_requests"

    def __init__(self, wait: int, what: str = "requests") -> None:
        super().__init__(f"too many {what}, expected the next one in {wait} s")
        self.headers = {"Retry-After": str(wait)}


class ModelUnavailable(ApiError):
    """The checkpoint could not be loaded; `/health` says why."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "model_unavailable"


class LogUnavailable(ApiError):
    """The event could not be made durable; the client keeps it and sends it again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "log_unavailable"


class ToldUnrecorded(ApiError):
    """People were told of the event, which cannot be recorded; the client sends it again.

    It is no 503: at that a proxy asks the next server at once, which would tell them too.
    """

    status = HTTPStatus.GATEWAY_TIMEOUT
    code = "told_unrecorded"

    def __init__(self, message: str, keys: Sequence[str]) -> None:
        super().__init__(message)
        self.headers = {TOLD_HEADER: ",".join(keys)}


class NotForThisRoute(ApiError):
    """What the framework refuses: a path that there is not, or a method that it does not take."""

    def __init__(self, error: HTTPException) -> None:
        super().__init__(str(error.detail))
        self.status = HTTPStatus(error.status_code)
        self.code = self.status.phrase.lower().replace(" ", "_")
        self.headers = error.headers


class Problem(BaseModel):
    """What every error is answered as."""

    code: str
    message: str


ProblemPage = Callable[[Request, ApiError], Response]


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


def shown(path: str) -> str:
    """`path` for a log: without the code of an invitation or a link, which opens it."""
    return shorten(SECRET_PATH.sub(r"\1…", path))


def install_handlers(app: FastAPI) -> None:
    """Answer every error of `app` in the one shape, and to a browser as the page that it shows."""

    @app.exception_handler(ApiError)
    async def _api_error(request: Request, error: ApiError) -> Response:
        return await answer_to(request.scope, error)

    @app.exception_handler(ClientDisconnect)
    async def _client_left(request: Request, __: ClientDisconnect) -> Response:
        return await answer_to(request.scope, NotJson("the body ended early"))  # nobody reads it

    @app.exception_handler(RequestValidationError)
    async def _invalid_request(request: Request, error: RequestValidationError) -> Response:
        return await answer_to(request.scope, InvalidInput(describe(error)))

    @app.exception_handler(HTTPException)
    async def _http_error(request: Request, error: HTTPException) -> Response:
        return await answer_to(request.scope, NotForThisRoute(error))

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> Response:
        return await answer_to(request.scope, _noted(request, error))


async def answer_to(scope: Scope, error: ApiError) -> Response:
    """The answer that `error` is: a page where a browser asks an application that has pages.

    `app.state.problem_page` makes it, in a thread.
    """
    state = getattr(scope.get("app"), "state", None)
    page: ProblemPage | None = getattr(state, "problem_page", None)
    if page is None or not wants_page(scope):
        return render(error)
    return await run_in_threadpool(page, Request(scope), error)


def wants_page(scope: Scope) -> bool:
    """Whether who asks takes HTML, which programs do not name."""
    return scope["type"] == "http" and any(
        name == b"accept" and b"text/html" in value for name, value in scope["headers"]
    )


def unexpected(request: Request, error: Exception) -> JSONResponse:
    """The answer to a request that the server is to blame for; the log gets the rest."""
    return render(_noted(request, error))


def _noted(request: Request, error: Exception) -> ApiError:
    logger.error("%s %s failed", request.method, shown(request.url.path), exc_info=error)
    return ApiError("the server failed; its log says why")


def render(error: ApiError) -> JSONResponse:
    """What programs are told of `error`."""
    said = {"code": error.code, "message": error.message}
    return JSONResponse(said, status_code=error.status, headers=error.headers)
