"""Why a camera gives no picture, in words that help, without the secrets of its address."""

import errno
import re
import socket
from urllib.parse import urlsplit

import av

from agent.capture.connection import ConnectionLost

ENDED = "it has ended the stream"
CLOSED = "it has closed the connection"
NO_VIDEO = "what it sends is no video"
REASONS: tuple[tuple[type[Exception], str], ...] = (
    (av.HTTPUnauthorizedError, "it wants another user or password (401)"),
    (av.HTTPForbiddenError, "it does not let this user in (403)"),
    (av.HTTPNotFoundError, "it knows no such path (404)"),
    (av.HTTPTooManyRequestsError, "it has too many viewers (429)"),
    (av.HTTPServerError, "it has an error of its own (5xx)"),
    (av.HTTPError, "it refuses the request (4xx)"),
    (av.ConnectionRefusedError, "nothing listens at that port"),
    (av.ConnectionResetError, CLOSED),
    (av.BrokenPipeError, CLOSED),
    (av.EOFError, CLOSED),
    (av.ExitError, "it does not answer in time"),
    (av.TimeoutError, "it does not answer in time"),
    (av.ProtocolNotFoundError, "addresses of that kind are not supported"),
    (av.InvalidDataError, NO_VIDEO),
)
"""The first one that fits counts."""
CUT_SHORT = "; a password's #, / and ? must be written as %23, %2F and %3F, since they end the host"


def lost(error: Exception, url: str) -> ConnectionLost:
    """The error to raise for PyAV's `error`, whose own message would show `url`."""
    said = next((words for kind, words in REASONS if isinstance(error, kind)), None)
    if said is None and not _is_known(urlsplit(url).hostname):
        said = "there is no host of that name"
    if said is None and getattr(error, "errno", None) == errno.EIO:
        said = CLOSED  # also after the last byte of a body of unknown length
    if said is None:
        said = getattr(error, "strerror", None) or type(error).__name__
    return ConnectionLost(said + password_hint(url))


def password_hint(url: str) -> str:
    """A hint where an @ comes after the host: the password may have been cut in two there."""
    _, *rest = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)
    return CUT_SHORT if any("@" in part for part in rest) else ""


def _is_known(host: str | None) -> bool:
    try:
        return bool(socket.getaddrinfo(host, None))
    except (OSError, UnicodeError):
        return False
