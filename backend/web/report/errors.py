"""Errors of reports."""

from http import HTTPStatus

from backend.errors import ApiError


class NoReportFont(ApiError):
    """No font is there by which Korean can be written."""

    status = HTTPStatus.CONFLICT
    code = "no_report_font"
