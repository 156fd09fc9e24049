"""Errors about versions of the models."""

from http import HTTPStatus

from backend.errors import ApiError


class UnknownVersion(ApiError):
    """The household has no such version."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_version"


class NoCard(ApiError):
    """The version came without a card."""

    status = HTTPStatus.NOT_FOUND
    code = "no_card"


class UnknownComparison(ApiError):
    """The household has no such comparison."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_comparison"


class VersionInUse(ApiError):
    """Something still names the version."""

    status = HTTPStatus.CONFLICT
    code = "version_in_use"


class NotCompared(ApiError):
    """The version was not compared with the one that serves now."""

    status = HTTPStatus.CONFLICT
    code = "not_compared"


class OtherLabels(ApiError):
    """The version scores other labels than the one that serves now."""

    status = HTTPStatus.CONFLICT
    code = "other_labels"
