"""An address of Apprise, opened: it holds secrets, which no error repeats."""

import logging
import re
from typing import TYPE_CHECKING

from pydantic import SecretStr

from backend.alerts.channels.apprise.services import complaints, has_recipient, why_not_taken

if TYPE_CHECKING:
    from apprise import Apprise

READ_TIMEOUT = 10.0


def open_address(address: SecretStr) -> "Apprise":
    """The service at `address`, which has somebody to send to; raises ValueError without its text.

    The error goes on after a word for the address.
    """
    # Takes a second, which a household without such a channel need not wait for.
    from apprise import Apprise, AppriseAsset

    _silence()
    # Redirects could carry a secret elsewhere; without a deadline it stays in the caller's thread.
    asset = AppriseAsset(async_mode=False, http_redirects=False, service_timeout=0)
    service = Apprise(asset=asset)
    text = address.get_secret_value()
    with complaints() as dropped:
        taken = service.add(_with_options(text, overflow="split", rto=str(READ_TIMEOUT)))
    if not taken:
        raise ValueError(why_not_taken(text))
    if dropped or not has_recipient(service[0]):
        raise ValueError("names nobody, or somebody whom its service does not take")
    for plugin in service:
        # Its pause between two messages would hold up a fall; the ledger bounds what is sent.
        plugin.request_rate_per_sec = 0.0
    return service


def _with_options(address: str, **options: str) -> str:
    """`address` with those of `options` that it does not set itself."""
    given = set(re.findall(r"[?&](\w+)=", address))
    query = "&".join(f"{name}={value}" for name, value in options.items() if name not in given)
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address


def _silence() -> None:
    """Keep what holds addresses out of our log: Apprise's lines, and its HTTP library's."""
    apprise_log = logging.getLogger("apprise")
    apprise_log.propagate = False
    if not apprise_log.handlers:
        apprise_log.addHandler(logging.NullHandler())
    logging.getLogger("urllib3").setLevel(logging.ERROR)
