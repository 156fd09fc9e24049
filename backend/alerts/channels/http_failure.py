"""What a failed HTTP request means for the memo that it carried."""

import httpx2 as httpx

from backend.alerts.channels.base import ChannelError, Disposition

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Failures before the request was on its way."""


def failure_of(error: httpx.RequestError, service: str) -> ChannelError:
    """The failure of a request to `service`, by its class: the text may hold a secret."""
    name = type(error).__name__
    if isinstance(error, NEVER_LEFT):
        return ChannelError(Disposition.RETRY, f"{service} cannot be reached ({name})")
    return ChannelError(Disposition.AMBIGUOUS, f"no answer from {service} ({name})")
