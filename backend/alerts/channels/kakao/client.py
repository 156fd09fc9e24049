"""Kakao's HTTP calls, one method each; it knows no token of its own.

A token never reaches another host: redirects are not followed.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx2 as httpx
from pydantic_core import from_json

from backend.alerts.channels.base import ChannelError, Disposition
from backend.alerts.channels.http_failure import failure_of
from backend.alerts.channels.kakao.errors import api_refusal, login_refusal
from common.trust import trusted
from contract.events import CENTURY

MAX_BODY_BYTES = 64 * 2**10
TALK_MESSAGE = "talk_message"

_HEADERS = {b"Accept-Encoding": b"identity"}
_FORM_HEADERS = _HEADERS | {b"Content-Type": b"application/x-www-form-urlencoded;charset=utf-8"}


@dataclass(frozen=True)
class Timeouts:
    """How long to wait for Kakao, in seconds."""

    connect: float = 5.0
    read: float = 10.0
    last_read: float = 60.0
    """For the one resend: nothing follows it, so it waits out a longer hang."""


@dataclass(frozen=True)
class Grant:
    """The answer to a login or a refresh; lifetimes in seconds. The refresh token is None when it
    stays, `scopes` is what the person agreed to."""

    access_token: str = field(repr=False)
    expires_in: float
    refresh_token: str | None = field(default=None, repr=False)
    refresh_token_expires_in: float | None = None
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes = field(repr=False)

    @property
    def json(self) -> dict[str, Any]:
        """The JSON object of the body; empty when it is anything else."""
        try:
            parsed = from_json(self.body)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}


class KakaoClient:
    """Blocking and thread-safe. Every method raises ChannelError. The URLs have no path."""

    def __init__(self, api_url: str, auth_url: str, timeouts: Timeouts | None = None) -> None:
        self._api_url = api_url
        self._auth_url = auth_url
        self._timeouts = timeouts or Timeouts()
        self._http = httpx.Client(
            follow_redirects=False,
            verify=trusted(),
            trust_env=False,
            # A connection each: a kept one may be dead, and would make a good memo ambiguous.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send_memo(self, access_token: str, template: str, *, last: bool = False) -> None:
        """Send `template` to the token's owner; `last` waits longer for the answer."""
        answer = self._call(
            "POST",
            f"{self._api_url}/v2/api/talk/memo/default/send",
            access_token,
            form={"template_object": template},
            read_timeout=self._timeouts.last_read if last else None,
        )
        if "result_code" not in answer:
            raise ChannelError(Disposition.AMBIGUOUS, "Kakao answered 200 without a result_code")
        if answer["result_code"] != 0:
            raise api_refusal(HTTPStatus.OK, {"code": answer["result_code"]}, empty=False)

    def token_lifetime(self, access_token: str) -> float:
        """Seconds until the token expires."""
        answer = self._call("GET", f"{self._api_url}/v1/user/access_token_info", access_token)
        return _seconds(answer, "expires_in")

    def may_send(self, access_token: str) -> bool:
        """Whether the token's owner agreed to talk_message."""
        answer = self._call("GET", f"{self._api_url}/v2/user/scopes", access_token)
        scopes = answer.get("scopes")
        agreed = [s for s in scopes if isinstance(s, dict)] if isinstance(scopes, list) else []
        return any(s.get("id") == TALK_MESSAGE and s.get("agreed") is True for s in agreed)

    def refresh(self, refresh_token: str, rest_api_key: str, client_secret: str | None) -> Grant:
        """A new access token, and a new refresh token when the old one has under a month left."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._grant(form, rest_api_key, client_secret)

    def redeem(
        self, code: str, redirect_uri: str, rest_api_key: str, client_secret: str | None
    ) -> Grant:
        """Both tokens for the `code` of a login, which is good for one time."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return self._grant(form, rest_api_key, client_secret)

    def is_up(self) -> bool:
        """Whether the API answers anything but a server error; needs no token."""
        try:
            answer = self._exchange("GET", f"{self._api_url}/v1/user/access_token_info")
        except ChannelError:
            return False
        return answer.status < HTTPStatus.INTERNAL_SERVER_ERROR

    def _grant(self, form: dict[str, str], rest_api_key: str, client_secret: str | None) -> Grant:
        form |= {"client_id": rest_api_key}
        if client_secret:
            form["client_secret"] = client_secret
        answer = self._exchange("POST", f"{self._auth_url}/oauth/token", form=form)
        if answer.status != HTTPStatus.OK:
            raise login_refusal(answer.status, answer.json)
        return _grant(answer.json)

    def _call(
        self,
        method: str,
        url: str,
        access_token: str,
        *,
        form: dict[str, str] | None = None,
        read_timeout: float | None = None,
    ) -> dict[str, Any]:
        answer = self._exchange(
            method, url, access_token=access_token, form=form, read_timeout=read_timeout
        )
        if answer.status != HTTPStatus.OK:
            raise api_refusal(answer.status, answer.json, empty=not answer.body)
        return answer.json

    def _exchange(
        self,
        method: str,
        url: str,
        *,
        access_token: str | None = None,
        form: dict[str, str] | None = None,
        read_timeout: float | None = None,
    ) -> _Answer:
        """One request and its whole answer. No exception of httpx leaves: it may hold a secret."""
        headers = dict(_HEADERS if form is None else _FORM_HEADERS)
        if access_token:
            # As bytes, so that a token that is no ASCII is refused by Kakao and does not fail here.
            headers[b"Authorization"] = f"Bearer {access_token}".encode()
        timeout = httpx.Timeout(read_timeout or self._timeouts.read, connect=self._timeouts.connect)
        try:
            with self._http.stream(
                method, url, headers=headers, data=form, timeout=timeout
            ) as response:
                return _Answer(response.status_code, _read(response))
        except httpx.LocalProtocolError:
            reason = "the access token holds characters that no HTTP header may"
            raise ChannelError(Disposition.ACCESS, reason) from None
        except httpx.RequestError as error:
            raise failure_of(error, "Kakao") from None


def _read(response: httpx.Response) -> bytes:
    """The body; raises ChannelError instead of holding more than MAX_BODY_BYTES."""
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            reason = f"Kakao answered more than {MAX_BODY_BYTES} bytes"
            raise ChannelError(Disposition.AMBIGUOUS, reason)
    return body


def _grant(answer: dict[str, Any]) -> Grant:
    token = answer.get("access_token")
    if not isinstance(token, str) or not token:
        raise ChannelError(Disposition.RETRY, "Kakao granted no access token")
    scopes = frozenset(str(answer.get("scope", "")).split())
    renewed = answer.get("refresh_token")
    if not isinstance(renewed, str) or not renewed:
        return Grant(token, _seconds(answer, "expires_in"), scopes=scopes)
    return Grant(
        token,
        _seconds(answer, "expires_in"),
        renewed,
        _seconds(answer, "refresh_token_expires_in"),
        scopes,
    )


def _seconds(answer: dict[str, Any], name: str) -> float:
    value = answer.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= CENTURY:
        raise ChannelError(Disposition.RETRY, f"Kakao's answer has no number `{name}`")
    return float(value)
