"""Errors of what is stored."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from sqlalchemy import exc

from backend.errors import ApiError, answer_to, shown

logger = logging.getLogger(__name__)

AWAY = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)
"""What SQLAlchemy raises where the database does not answer, or no connection to it is free."""


class UnusableDatabaseError(Exception):
    """Its schema or encoding is not as expected, or its driver is not installed.

    The message is one line.
    """


class DatabaseUnavailable(ApiError):
    """A database cannot be used now; `/health` says why."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "database_unavailable"


class BlobUnavailable(ApiError):
    """A file that is kept cannot be read or written now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "blob_unavailable"


class QuestionTooLong(ApiError):
    """The question takes more time than one may have."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "question_too_long"


class QuestionTooLarge(ApiError):
    """The question takes more memory than one may have."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "question_too_large"


def install_database_handler(app: FastAPI) -> None:
    """Answer 503 where the database of the household is away: another server may have it."""

    async def _away(request: Request, error: Exception) -> Response:
        path, kind = shown(request.url.path), type(error).__name__
        logger.error("%s %s: the database does not answer: %s", request.method, path, kind)
        return await answer_to(request.scope, DatabaseUnavailable("the database does not answer"))

    for kind in AWAY:
        app.add_exception_handler(kind, _away)
