"""Errors about conversations."""

from http import HTTPStatus

from backend.errors import ApiError


class UnknownConversation(ApiError):
    """The caller has no such conversation, or it was too long ago."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_conversation"


class ConversationBusy(ApiError):
    """The message before is still being read."""

    status = HTTPStatus.CONFLICT
    code = "conversation_busy"


class ConversationOver(ApiError):
    """The conversation has had as many turns as one may have."""

    status = HTTPStatus.CONFLICT
    code = "conversation_over"
