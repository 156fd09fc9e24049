"""What a client of socket.io is refused with before it is one."""

from collections.abc import Mapping
from http import HTTPStatus

from backend.errors import ApiError


class PollingRefused(ApiError):
    """The client asks by long-polling, and only a websocket is served."""

    status = HTTPStatus.UPGRADE_REQUIRED
    code = "websocket_expected"
    headers: Mapping[str, str] | None = {"Upgrade": "websocket", "Connection": "Upgrade, close"}

    def __init__(self) -> None:
        super().__init__("expected a websocket: connect with `transports: ['websocket']`")
