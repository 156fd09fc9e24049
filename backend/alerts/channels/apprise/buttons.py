"""Where an alert is answered: a link below the text, or ntfy's buttons, which need no browser."""

import json
from typing import TYPE_CHECKING, Any

from backend.alerts.channels.base import Memo
from backend.alerts.channels.ntfy_actions import ntfy_actions

if TYPE_CHECKING:
    from apprise import Apprise


def has_buttons(service: "Apprise") -> bool:
    """Whether the service shows buttons that its app presses by itself."""
    schemes: set[str] = service[0].schemas()  # type: ignore[no-untyped-call]
    return "ntfy" in schemes


def with_buttons(service: "Apprise", memo: Memo, link: str) -> "Apprise":
    """The same service for this memo: a tap opens the link, and a button posts its answer there."""
    from apprise import Apprise

    plugin = service[0]
    address: str = plugin.url(privacy=False)  # type: ignore[no-untyped-call]
    details: dict[str, Any] = plugin.parse_url(address) or {}
    # In ASCII: it travels in a header.
    details |= {"click": link, "actions": json.dumps(ntfy_actions(memo, link))}
    dressed = Apprise(asset=service.asset)
    dressed.add(details)
    for each in dressed:
        each.request_rate_per_sec = plugin.request_rate_per_sec
    return dressed
