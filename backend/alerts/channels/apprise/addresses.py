"""ALERT_URLS: a list of Apprise addresses, taken only where each is one that a memo can go to.

An address holds secrets: what is wrong with it is said without a word of it.
"""

import re

from pydantic import SecretStr

from backend.alerts.channels.apprise.service_address import open_address

SCHEME = r"[A-Za-z]\w*"
BEGINNING = re.compile(rf"{SCHEME}://")
# A comma or another sign, and then what was meant for the beginning of the next address.
RUN_ON = re.compile(rf",{SCHEME}(:/|//)|[;|&+]{SCHEME}://")
CLOSED = {"]": "[", "}": "{", ")": "(", ">": "<"}
QUOTES = "\"'`“”‘’"


def read_addresses(text: str) -> tuple[SecretStr, ...]:
    """The addresses of a list; raises ValueError with the place of the first that is wrong."""
    parts = split_addresses(text)
    if not parts:
        raise ValueError("expected an address such as ntfys://TOPIC")
    addresses = tuple(SecretStr(part) for part in parts)
    for number, address in enumerate(addresses, start=1):
        try:
            _check_form(address.get_secret_value())
            open_address(address)
        except ValueError as error:
            raise ValueError(f"address {number} of {len(parts)} {error}") from None
    return addresses


def split_addresses(text: str) -> list[str]:
    """The addresses of a list; a comma or space ends one only where the next one begins."""
    return [part for part in re.split(rf"[\s,]+(?={SCHEME}://)", text.strip(" \t\r\n,")) if part]


def _check_form(address: str) -> None:
    """Raises ValueError where a list was written in another way than with commas and spaces."""
    if address[0] in QUOTES + "[{(<" or address[-1] in QUOTES or _closes_nothing(address):
        raise ValueError("has a quote or a bracket around it, expected SCHEME://… and nothing else")
    if not BEGINNING.match(address):
        raise ValueError("begins with no scheme, expected such as ntfys://TOPIC")
    if re.search(r"\s", address) or RUN_ON.search(address) or address[-1] in ";|&+":
        raise ValueError(
            "is followed by what is no address: expected SCHEME://, or %20 for a blank"
        )
    if re.search(r"[?&]format=", address, re.IGNORECASE):
        raise ValueError("sets `format`, expected none: what is sent is plain text")


def _closes_nothing(address: str) -> bool:
    """Whether its last character is a bracket that nothing in it has opened."""
    opened = CLOSED.get(address[-1])
    return opened is not None and address.count(opened) < address.count(address[-1])
