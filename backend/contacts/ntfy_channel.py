"""ntfy, spoken to directly: Apprise's address has no buttons that differ from memo to memo."""

import json
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from backend.alerts.channels.base import ChannelError, Disposition, Memo
from backend.alerts.channels.ntfy_actions import ntfy_actions
from backend.alerts.channels.unasked import UnaskedChannel
from backend.contacts.outgoing import Answer, Outgoing

LOUDEST, USUAL = 5, 3
DAY_USED_UP = {42908, 42909, 42910}
"""Its codes for a day's quota."""


class NtfyAddress(BaseModel):
    """Where a topic is. Anybody who knows the topic can read it."""

    model_config = ConfigDict(frozen=True)

    server: str
    topic: str
    token: str | None = None


class NtfyChannel(UnaskedChannel):
    """Publishes to one topic. Thread-safe; its methods block."""

    def __init__(self, name: str, address: NtfyAddress) -> None:
        super().__init__(name)
        self._address = address
        self._out = Outgoing("ntfy")

    def close(self) -> None:
        """Close the connections."""
        self._out.close()

    def _send(self, memo: Memo) -> None:
        headers = {"Content-Type": "application/json"}
        if self._address.token:
            headers["Authorization"] = f"Bearer {self._address.token}"
        body = json.dumps(message(self._address.topic, memo), ensure_ascii=False).encode()
        answer = self._out.post(f"{self._address.server}/", body, headers)
        if answer.status != HTTPStatus.OK:
            raise self._refusal(answer)

    def _refusal(self, answer: Answer) -> ChannelError:
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS and _code(answer) in DAY_USED_UP:
            return ChannelError(Disposition.QUOTA, "ntfy takes no more of this server today")
        return self._out.refusal(answer)


def message(topic: str, memo: Memo) -> dict[str, object]:
    """What ntfy is sent, as its documentation has it."""
    said: dict[str, object] = {
        "topic": topic,
        "title": memo.title,
        "message": memo.body,
        "priority": LOUDEST if memo.urgent else USUAL,
        "tags": ["rotating_light"] if memo.urgent else ["house"],
    }
    if memo.link:
        said["click"] = memo.link
        said["actions"] = ntfy_actions(memo, memo.link)
    return said


def _code(answer: Answer) -> object:
    try:
        said = from_json(answer.body)
    except ValueError:
        return None
    return said.get("code") if isinstance(said, dict) else None
