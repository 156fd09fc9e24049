"""A person's consent: their browser asks Kakao, which sends it back with a code."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from backend.alerts.channels.base import ChannelError
from backend.alerts.channels.kakao.client import TALK_MESSAGE, Grant

REFUSED = "the person refused the consent, or closed the login"
UNTICKED = "talk_message was not ticked, and no memo can be sent without: log in again and tick it"
NO_CODE = "Kakao sent no code"
OAUTH_ERROR = re.compile(r"[a-z_]{1,40}")

Redeem = Callable[[str], Grant]
"""Turns a code into both tokens; raises ChannelError."""


class LoginError(Exception):
    """What went wrong, in one plain line without secrets."""


def login_url(auth_url: str, rest_api_key: str, redirect_uri: str, state: str) -> str:
    """Where the person has to go; `state` comes back with them."""
    query = {
        "client_id": rest_api_key,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": TALK_MESSAGE,
        "state": state,
    }
    return f"{auth_url}/oauth/authorize?{urlencode(query)}"


def granted(query: Mapping[str, str], redeem: Redeem) -> Grant:
    """What the person granted, by what their browser brought; raises LoginError."""
    if "code" not in query:
        raise LoginError(_why_no_code(query.get("error", "")))
    try:
        grant = redeem(query["code"])
    except ChannelError as error:
        raise LoginError(error.reason) from None
    if TALK_MESSAGE not in grant.scopes:
        raise LoginError(UNTICKED)
    return grant


def _why_no_code(error: str) -> str:
    """What Kakao's page says of it; its word alone, since a browser can bring anything."""
    if error == "access_denied":
        return REFUSED
    return f"Kakao answered with the error {error}" if OAUTH_ERROR.fullmatch(error) else NO_CODE
