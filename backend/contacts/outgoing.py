"""A POST to a service that reaches people, and what its answer means."""

from dataclasses import dataclass, field
from http import HTTPStatus

import httpx2 as httpx

from backend.alerts.channels.base import ChannelError, Disposition
from backend.alerts.channels.http_failure import failure_of
from common.trust import trusted

MAX_BODY_BYTES = 64 * 2**10
CONNECT_SEC, READ_SEC = 5.0, 10.0

BY_STATUS: dict[int, Disposition] = {
    HTTPStatus.UNAUTHORIZED: Disposition.ACCESS,
    HTTPStatus.FORBIDDEN: Disposition.ACCESS,
    HTTPStatus.REQUEST_TIMEOUT: Disposition.RETRY,
    HTTPStatus.TOO_MANY_REQUESTS: Disposition.RETRY,
}
"""A status that is not here is permanent below 500, and tried again above."""


@dataclass(frozen=True)
class Answer:
    """What a service said; the beginning of its body."""

    status: int
    body: bytes = field(repr=False)


class Outgoing:
    """Blocking and thread-safe. Redirects are not followed: they could lead into the house."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._http = httpx.Client(
            follow_redirects=False,
            verify=trusted(),
            trust_env=False,
            timeout=httpx.Timeout(READ_SEC, connect=CONNECT_SEC),
            # A connection each: a kept one may be dead, and would make a good memo ambiguous.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """The answer to one request; raises ChannelError without its address."""
        try:
            with self._http.stream("POST", url, content=body, headers=headers) as response:
                return Answer(response.status_code, _beginning(response))
        except httpx.RequestError as error:
            raise failure_of(error, self._service) from None
        except (httpx.InvalidURL, UnicodeError):  # such as a name with two dots in a row
            reason = f"the address of {self._service} is none that can be asked"
            raise ChannelError(Disposition.PERMANENT, reason) from None

    def refusal(self, answer: Answer) -> ChannelError:
        """The failure of an answer that is no success."""
        server_failed = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        default = Disposition.RETRY if server_failed else Disposition.PERMANENT
        return ChannelError(
            BY_STATUS.get(answer.status, default), f"{self._service} answered {answer.status}"
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _beginning(response: httpx.Response) -> bytes:
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) >= MAX_BODY_BYTES:
            break
    return body[:MAX_BODY_BYTES]
