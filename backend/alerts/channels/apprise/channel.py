"""Whatever Apprise can reach, from ntfy to e-mail: the channels that ring.

An address holds secrets, and so may all that Apprise says of it: neither is ever shown.
"""

import logging
import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pydantic import SecretStr

from backend.alerts.channels.apprise.buttons import has_buttons, with_buttons
from backend.alerts.channels.apprise.service_address import open_address
from backend.alerts.channels.apprise.services import (
    escaped,
    has_recipient,
    shows_markdown,
)
from backend.alerts.channels.apprise.settings import Settings
from backend.alerts.channels.base import ChannelError, Disposition, Memo
from backend.alerts.channels.unasked import UnaskedChannel

if TYPE_CHECKING:
    from apprise import Apprise, AppriseResult

SEND_TIMEOUT = 30.0
"""Seconds after which a memo that is still on its way is taken for lost."""
MOST_URGENT = 8
"""Urgent memos that may be on their way at a time; of the others it is one."""

_STATUS = re.compile(r"\berror=(\d{3})\b")


class AppriseChannel(UnaskedChannel):
    """One address. Each memo has a thread, so that one that never ends holds up only itself."""

    def __init__(self, name: str, service: "Apprise", timeout: float = SEND_TIMEOUT) -> None:
        super().__init__(name)
        self._service = service
        self._timeout = timeout
        # Held by the memo's thread, which lets go of it.
        self._places = {
            urgent: threading.BoundedSemaphore(MOST_URGENT if urgent else 1)
            for urgent in (True, False)
        }

    def check(self) -> None:
        """Raises that there is nobody to send to, or what came of the last memo, if it failed."""
        if not has_recipient(self._service[0]):
            raise ChannelError(Disposition.PERMANENT, "its address names nobody to send to")
        super().check()

    def close(self) -> None:
        """Nothing is kept open."""

    def _send(self, memo: Memo) -> None:
        """Apprise says only that it failed, rarely why."""
        if not self._places[memo.urgent].acquire(blocking=False):
            reason = "the memo before this one is still on its way"
            raise ChannelError(Disposition.UNEXPLAINED, reason)
        results: list[AppriseResult] = []
        sending = threading.Thread(
            target=lambda: results.append(self._notify(memo)), name=f"send-{self.name}", daemon=True
        )
        sending.start()
        sending.join(self._timeout)
        if sending.is_alive():
            raise ChannelError(Disposition.AMBIGUOUS, f"no end of it after {self._timeout:.0f} s")
        if not results or not results[0]:
            raise ChannelError(Disposition.UNEXPLAINED, f"it was not taken{_status(results)}")

    def _notify(self, memo: Memo) -> "AppriseResult":
        try:
            service, title, body = self._dressed(memo)
            return service.notify(
                title=title,
                body=body,
                body_format="text",
                notify_type="failure",
                log_level=logging.WARNING,
            )
        finally:
            self._places[memo.urgent].release()

    def _dressed(self, memo: Memo) -> "tuple[Apprise, str, str]":
        """The service, title and body; with where the memo is answered, if it asks for that."""
        service, title, body = self._service, memo.title, memo.body
        if shows_markdown(service[0]):
            title, body = "", escaped(service[0], f"{title}\n{body}")
        if memo.link and has_buttons(service):
            service = with_buttons(service, memo, memo.link)
        elif memo.link:
            body = f"{body}\n{memo.link}"
        return service, title, body


def open_channels(settings: Settings, _clock: Callable[[], float]) -> list[AppriseChannel]:
    """A channel for each address of ALERT_URLS."""
    return open_addresses(settings.alert_urls)


def open_addresses(addresses: Sequence[SecretStr]) -> list[AppriseChannel]:
    """A channel for each address, named by its service and its number among those of it."""
    seen: Counter[str] = Counter()
    channels = []
    for address in addresses:
        service = open_address(address)
        kind = re.sub(r"\W+", "-", str(service[0].service_name).lower()).strip("-")
        seen[kind] += 1
        channels.append(AppriseChannel(f"{kind}-{seen[kind]}", service))
    return channels


def _status(results: "list[AppriseResult]") -> str:
    """The HTTP status that Apprise names in what it logs; nothing else of that is shown."""
    for result in results:
        for entry in result.logs():
            if found := _STATUS.search(entry.message):
                return f" (HTTP {found[1]})"
    return ""
