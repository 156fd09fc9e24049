"""The buttons of a memo, as ntfy has them."""

import json

from backend.alerts.channels.base import Memo

MAX_BUTTONS = 3
"""That ntfy shows."""


def ntfy_actions(memo: Memo, link: str) -> list[dict[str, object]]:
    """A button for each answer, which the phone posts without opening a page."""
    return [
        {
            "action": "http",
            "label": button.title,
            "url": link,
            "method": "POST",
            "headers": {"Content-Type": "application/json"},
            "body": json.dumps({"answer": button.answer}),
            "clear": True,
        }
        for button in memo.buttons[:MAX_BUTTONS]
    ]
