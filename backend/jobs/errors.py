"""Errors about jobs."""

from http import HTTPStatus

from backend.errors import ApiError


class UnknownJob(ApiError):
    """The household has no such job."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_job"


class WrongJobState(ApiError):
    """The job stands where this cannot be asked of it."""

    status = HTTPStatus.CONFLICT
    code = "job_state"
