"""ntfy over HTTP, as its documentation has it: what is published, and the buttons on the phone."""

import json
import re
from base64 import b64encode
from typing import Any

import httpx2 as httpx

from testkit.scripted_server import Request, ScriptedServer

TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
MAX_ACTIONS = 3
HTTP_ACTION = {"action", "label", "url", "method", "headers", "body", "clear"}


class NtfyServer:
    """Keeps the messages of each topic, and when each came (seconds since 1970).

    It answers with the refusals of its list, then with 200.

    A refusal is a status and ntfy's own code. With a `token` it takes only who shows it.
    """

    def __init__(self, token: str | None = None) -> None:
        self._token = token
        self.refusals: list[tuple[int, int]] = []
        self.messages: list[dict[str, Any]] = []
        self.times: list[float] = []
        self._server = ScriptedServer(script=self._answer)
        self.url = self._server.url

    def of(self, topic: str) -> list[dict[str, Any]]:
        """What a phone that has subscribed to `topic` has got, oldest first."""
        return [message for message in self.messages if message["topic"] == topic]

    def press(self, message: dict[str, Any], label: str) -> httpx.Response:
        """Press a button of a message, as the app does it."""
        action = next(it for it in message["actions"] if it["label"] == label)
        headers, body = action.get("headers", {}), action.get("body", "").encode()
        return httpx.request(
            action.get("method", "POST"),
            action["url"],
            content=body,
            headers=headers,
            trust_env=False,
        )

    def close(self) -> None:
        """Refuse connections from now on."""
        self._server.close()

    def _answer(self, request: Request) -> tuple[int, bytes]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if self.refusals:
            return _error(*self.refusals.pop(0))
        if self._token and not self._is_allowed(headers.get("authorization", "")):
            return _error(403, 40301)
        try:
            message = json.loads(request.body)
        except ValueError:
            return _error(400, 40024)
        if request.path != "/" or not _is_good(message):
            return _error(400, 40001)
        self.times.append(request.at)
        self.messages.append(message)
        return 200, json.dumps({"id": f"m{len(self.messages)}", "event": "message"}).encode()

    def _is_allowed(self, authorization: str) -> bool:
        basic = b64encode(f":{self._token}".encode()).decode()
        return authorization in {f"Bearer {self._token}", f"Basic {basic}"}


def _is_good(message: dict[str, Any]) -> bool:
    actions = message.get("actions", [])
    return (
        isinstance(message.get("topic"), str)
        and TOPIC.fullmatch(message["topic"]) is not None
        and message.get("priority", 3) in range(1, 6)
        and len(actions) <= MAX_ACTIONS
        and all(it.keys() <= HTTP_ACTION and it["action"] == "http" for it in actions)
    )


def _error(status: int, code: int) -> tuple[int, bytes]:
    return status, json.dumps({"code": code, "http": status, "error": "refused"}).encode()
