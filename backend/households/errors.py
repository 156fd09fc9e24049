"""Errors about households and their keys."""

from http import HTTPStatus

from backend.errors import ApiError


class FirstHousehold(ApiError):
    """The household that the server was set up for is not ended."""

    status = HTTPStatus.CONFLICT
    code = "first_household"


class OtherName(ApiError):
    """What was to show that the right household is meant is not its name."""

    status = HTTPStatus.CONFLICT
    code = "other_name"


class UnknownKey(ApiError):
    """The household has no key of this number."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_key"


class TooManyKeys(ApiError):
    """Each key is one more that may get lost."""

    status = HTTPStatus.CONFLICT
    code = "too_many_keys"
