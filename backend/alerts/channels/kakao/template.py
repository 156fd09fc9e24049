"""The text template of a memo."""

import json
from dataclasses import dataclass

from backend.alerts.message.render import MAX_TEXT_LENGTH


@dataclass(frozen=True)
class TextTemplate:
    """What goes around every text: where a tap on it leads, and the button's name.

    Links open only for domains that are registered with the Kakao app. Without `link_url` the
    memo has no button; Kakao demands the field `link` all the same.
    """

    link_url: str | None = None
    button_title: str | None = None

    def render(self, text: str, url: str | None = None) -> str:
        """The `template_object`, whose button leads to `url` where there is one of its own.

        Raises ValueError unless `text` is 1 to 200 characters.
        """
        if not 0 < len(text) <= MAX_TEXT_LENGTH:
            raise ValueError(
                f"expected a text of 1 to {MAX_TEXT_LENGTH} characters, got {len(text)}"
            )
        url = url or self.link_url
        link = {"web_url": url, "mobile_web_url": url} if url else {}
        template: dict[str, object] = {"object_type": "text", "text": text, "link": link}
        if url and self.button_title:
            template["button_title"] = self.button_title
        return json.dumps(template, ensure_ascii=False)
