"""Errors about comments and ratings."""

from http import HTTPStatus

from backend.errors import ApiError


class UnknownSubject(ApiError):
    """The household has nothing of this id that something could be said of."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_subject"


class UnknownComment(ApiError):
    """There is no comment of this number, or it has been deleted."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_comment"


class NotTheAuthor(ApiError):
    """Somebody else wrote the comment."""

    status = HTTPStatus.FORBIDDEN
    code = "not_the_author"


class CommentEdited(ApiError):
    """The comment was edited after its author had read it."""

    status = HTTPStatus.CONFLICT
    code = "comment_edited"
