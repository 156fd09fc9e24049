"""Errors about answers."""

from http import HTTPStatus

from backend.errors import ApiError


class IncidentOver(ApiError):
    """The incident is resolved; there is nothing to answer any more."""

    status = HTTPStatus.CONFLICT
    code = "incident_over"


class NoAnswerExpected(ApiError):
    """It is a trouble of a device, which is over once it is mended."""

    status = HTTPStatus.CONFLICT
    code = "no_answer_expected"


class FallTestUnderWay(ApiError):
    """A fall test of the household lasts still."""

    status = HTTPStatus.CONFLICT
    code = "fall_test_under_way"


class NoFallTest(ApiError):
    """No fall test lasts now."""

    status = HTTPStatus.NOT_FOUND
    code = "no_fall_test"


class SomebodyInNeed(ApiError):
    """An incident of this camera waits for an answer; nobody may be hidden by a test."""

    status = HTTPStatus.CONFLICT
    code = "somebody_in_need"


class UnknownAnswerLink(ApiError):
    """The link is none that this server has made."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_answer_link"


class AnswerLinkOver(ApiError):
    """The incident of the link is over, or its person has left, and the link with it."""

    status = HTTPStatus.GONE
    code = "answer_link_over"
