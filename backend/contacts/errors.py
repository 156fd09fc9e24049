"""What the routes of the contacts answer when they cannot do what was asked."""

from http import HTTPStatus

from backend.errors import ApiError


class UnknownContact(ApiError):
    """There is no such contact, or it was removed."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_contact"


class NothingToSubscribe(ApiError):
    """A contact of this kind has no address that a phone subscribes to."""

    status = HTTPStatus.NOT_FOUND
    code = "nothing_to_subscribe"


class KindUnavailable(ApiError):
    """A contact of this kind needs a setting first."""

    status = HTTPStatus.CONFLICT
    code = "kind_unavailable"


class KakaoAppInEnvironment(ApiError):
    """The key of the app at Kakao stands in the environment, which wins."""

    status = HTTPStatus.CONFLICT
    code = "kakao_app_in_environment"


class TooManyContacts(ApiError):
    """The person has as many contacts as one can have."""

    status = HTTPStatus.CONFLICT
    code = "too_many_contacts"


class NotTested(ApiError):
    """No test has left for this contact, so that none can have arrived."""

    status = HTTPStatus.CONFLICT
    code = "not_tested"


class LoginNotBegun(ApiError):
    """The browser comes back from a login that was not begun here by the same person."""

    status = HTTPStatus.CONFLICT
    code = "login_not_begun"


class NotConnected(ApiError):
    """Kakao or the person did not agree; the message says to what."""

    status = HTTPStatus.CONFLICT
    code = "not_connected"


class ContactsUnavailable(ApiError):
    """The disk refuses what a contact needs; the server's log says why."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "contacts_unavailable"
