"""Errors of what is stored."""

from http import HTTPStatus

from backend.errors import ApiError


class DatabaseUnavailable(ApiError):
    """The database of the jobs cannot be used now; `/health` says why."""

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
