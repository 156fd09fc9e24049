"""Errors about people and their logins."""

from http import HTTPStatus

from backend.errors import ApiError


class InvalidToken(ApiError):
    """The token is none that this server has made for this."""

    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_token"


class ExpiredToken(InvalidToken):
    """The token was good once."""

    code = "expired_token"


class WrongLogin(ApiError):
    """There is no such account, or its password is another."""

    status = HTTPStatus.UNAUTHORIZED
    code = "wrong_login"


class SessionOver(ApiError):
    """The login is over; another one is needed."""

    status = HTTPStatus.UNAUTHORIZED
    code = "session_over"


class UnknownSession(ApiError):
    """The person has no login of this id."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_session"


class UnknownPerson(ApiError):
    """There is nobody of this id in the household."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_person"


class AlreadyMember(ApiError):
    """The person belongs to the household."""

    status = HTTPStatus.CONFLICT
    code = "already_member"


class UnknownHousehold(ApiError):
    """There is no such household, or whoever asks does not belong to it."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_household"


class NotSetUp(ApiError):
    """Nobody has set up the household yet."""

    status = HTTPStatus.NOT_FOUND
    code = "not_set_up"


class AlreadySetUp(ApiError):
    """The household has been set up."""

    status = HTTPStatus.CONFLICT
    code = "already_set_up"


class WrongCode(ApiError):
    """The code is wrong, was used, or is too old."""

    status = HTTPStatus.FORBIDDEN
    code = "wrong_code"


class LoginTaken(ApiError):
    """Somebody else logs in by this name."""

    status = HTTPStatus.CONFLICT
    code = "login_taken"


class LastOwner(ApiError):
    """Without this person nobody could change anything."""

    status = HTTPStatus.CONFLICT
    code = "last_owner"


class LastOperator(ApiError):
    """Without this person nobody could make or end households."""

    status = HTTPStatus.CONFLICT
    code = "last_operator"


class PeopleUnavailable(ApiError):
    """Who is logged in cannot be known now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "people_unavailable"
