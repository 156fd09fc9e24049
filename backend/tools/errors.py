"""Errors of questions to a table."""

from http import HTTPStatus

from backend.errors import ApiError


class UnknownTool(ApiError):
    """There is no such tool."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_tool"


class UnknownTable(ApiError):
    """There is no such table, or it is somebody else's."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_table"


class UnknownColumn(ApiError):
    """The table has no such column, or it is of another kind."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unknown_column"


class WrongTable(ApiError):
    """The tool cannot be asked of this table."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "wrong_table"


class TooLittle(ApiError):
    """There is too little to say anything, so there is no file of it."""

    status = HTTPStatus.CONFLICT
    code = "too_little"
