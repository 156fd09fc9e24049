"""The channel of one browser's subscription."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus

from backend.alerts.channels.base import ChannelError, Disposition, Memo
from backend.alerts.channels.unasked import UnaskedChannel
from backend.contacts.outgoing import Outgoing
from backend.contacts.push.endpoint import check_address, origin_of
from backend.contacts.push.subscription import PushSubscription
from backend.contacts.push.vapid import VapidKey

KEPT_SEC = 86_400
"""How long the push service keeps a memo for a phone that is away."""
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
TAKEN = {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED}
TOPIC_LENGTH = 32


class PushChannel(UnaskedChannel):
    """Thread-safe; its methods block. `gone` is told why when the browser has left."""

    def __init__(
        self,
        name: str,
        subscription: PushSubscription,
        vapid: VapidKey,
        public_url: str | None,
        allowed: frozenset[str],
        clock: Callable[[], float],
        gone: Callable[[str], None],
    ) -> None:
        super().__init__(name)
        self._subscription, self._vapid, self._allowed = subscription, vapid, allowed
        self._public_url, self._clock, self._gone = public_url, clock, gone
        self._out = Outgoing("the push service")

    def close(self) -> None:
        """Close the connections."""
        self._out.close()

    def _send(self, memo: Memo) -> None:
        endpoint = self._subscription.endpoint
        check_address(endpoint, self._allowed)
        answer = self._out.post(endpoint, self._sealed(payload(memo)), self._headers(memo))
        if answer.status in GONE:
            reason = f"the push service answered {answer.status}: the browser has unsubscribed"
            self._gone(reason)
            raise ChannelError(Disposition.PERMANENT, reason)
        if answer.status not in TAKEN:
            raise self._out.refusal(answer)

    def _sealed(self, said: bytes) -> bytes:
        """What only the browser can read."""
        # Takes a while, which a household without such a contact need not wait for.
        from pywebpush import WebPusher

        sealed: bytes = WebPusher(self._subscription.model_dump()).encode(said)["body"]
        return sealed

    def _headers(self, memo: Memo) -> dict[str, str]:
        headers = {
            "Authorization": self._authorization(),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_SEC),
            "Urgency": "high" if memo.urgent else "normal",
        }
        if memo.incident:
            # Of one incident a phone that was away gets the newest.
            headers["Topic"] = tag_of(memo.incident)
        return headers

    def _authorization(self) -> str:
        secure = self._public_url and self._public_url.startswith("https:")
        subject = self._public_url if secure else None
        try:
            origin = origin_of(self._subscription.endpoint)
            return self._vapid.authorization(origin, subject, self._clock())
        except OSError as error:
            reason = f"the key for web push cannot be read: {error.strerror or error}"
            raise ChannelError(Disposition.RETRY, reason) from error


def payload(memo: Memo) -> bytes:
    """What the page's service worker gets, as JSON."""
    said = {
        "title": memo.title,
        "body": memo.body,
        "incident_id": memo.incident,
        "url": memo.link or "/",
        "tag": tag_of(memo.incident) if memo.incident else None,
        "answers": [{"answer": each.answer, "title": each.title} for each in memo.buttons],
        "token": memo.link.rpartition("/")[2] if memo.link else None,
    }
    return json.dumps(said, ensure_ascii=False).encode()


def tag_of(incident: str) -> str:
    """What memos of one incident have in common, in the signs that a Topic may have."""
    digest = sha256(incident.encode()).digest()
    return urlsafe_b64encode(digest).decode()[:TOPIC_LENGTH]
