"""Errors of talks with the assistant."""

import math
from http import HTTPStatus

from backend.errors import ApiError


class NoProviderKey(ApiError):
    """The request brings no key of a provider; the tools can be asked without one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "no_provider_key"


class ProviderKeyRefused(ApiError):
    """The provider does not take the key."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "provider_key_refused"


class ProviderRefused(ApiError):
    """The provider does not want to answer that."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "provider_refused"


class ProviderUnavailable(ApiError):
    """The provider has not answered, though it was asked several times."""

    # No 5xx: this server does what it should.
    status = HTTPStatus.FAILED_DEPENDENCY
    code = "provider_unavailable"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        if retry_after:
            self.headers = {"Retry-After": str(math.ceil(retry_after))}


class UnknownConversation(ApiError):
    """The caller has no such conversation."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_conversation"


class ConversationOver(ApiError):
    """The conversation has had as many turns as one may have."""

    status = HTTPStatus.CONFLICT
    code = "conversation_over"


class AnotherTable(ApiError):
    """The conversation is about another table."""

    status = HTTPStatus.CONFLICT
    code = "another_table"


class AnswerGoing(ApiError):
    """The caller has not got the answer to the message before yet."""

    status = HTTPStatus.CONFLICT
    code = "answer_going"


class ChatLimitReached(ApiError):
    """The caller has asked as much today as one may in a day."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "chat_limit_reached"

    def __init__(self, message: str, wait: float) -> None:
        super().__init__(message)
        self.headers = {"Retry-After": str(math.ceil(wait))}
