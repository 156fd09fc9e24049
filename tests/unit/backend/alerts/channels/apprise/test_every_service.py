"""Every service that Apprise has, by the forms of address that it describes itself.

The judge is the service: asked to send, with no network, it either comes to a recipient or says
that there is none.
"""

import itertools
import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from apprise import Apprise, NotifyType

from backend.alerts.channels.apprise.services import complaints, has_recipient

SAMPLES = [
    "a" * 8,
    "localhost",
    "15551234567",
    "user@example.org",
    *("a" * length for length in (16, 20, 22, 24, 26, 30, 32, 36, 40, 64)),
    "8b799edf-6f98-4d3a-9be7-2862fb4e5752",
    "12345",
    "123456789:" + "a" * 35,
    "AC" + "a" * 32,
    "AAAAAAAAA",
    "T1JJ3T3L2",
    "+15551234567",
    "AT_abc",
    "*ABCDEFG",
    "sk_live_" + "a" * 32,
    "a.b",
]
# What they need depends on what their numbers and tokens are, which no form of address tells: the
# first test alert says what is wrong.
BY_MODE = {"46elks", "Kook", "SerwerSMS", "Sinch", "Twilio", "WeChat (WeCom)", "Cisco Webex Teams"}
# These ask their server who they are, or read a key file, before they look whom to send to.
ASK_FIRST = {
    "Firebase Cloud Messaging",
    "Emby",
    "Jellyfin",
    "KakaoTalk",
    "MQTT Notification",
    "RingCentral",
    "Rocket.Chat",
    "Streamlabs",
}


class Reached(BaseException):
    """The service has come to a recipient."""


def sample(token: dict[str, Any]) -> str | None:
    """A value that the service takes for `token`."""
    if token["type"].startswith("choice"):
        return str(token.get("default") or next(iter(token["values"])))
    if token["type"] in {"int", "float"}:
        return str(token.get("default") or token.get("min") or 1)
    pattern, flags = token.get("regex") or (".", "")
    shape = re.compile(pattern, re.IGNORECASE if "i" in (flags or "") else 0)
    return next((text for text in SAMPLES if shape.match(text)), None)


def values(name: str, tokens: dict[str, Any]) -> list[str]:
    """What may stand in the place `name` of a form; for recipients also nobody, and nonsense."""
    token = tokens[name]
    if not token["type"].startswith("list"):
        value = "localhost" if name == "host" else sample(token)
        return [value] if value else []
    kinds = [tokens[kind] for kind in token.get("group", ()) if kind in tokens]
    good = [(kind.get("prefix") or "") + value for kind in kinds if (value := sample(kind))]
    return [*(good or ["a" * 8]), "", "!"]


def addresses(kind: dict[str, Any]) -> Iterator[str]:
    """Addresses in every form that the service describes."""
    tokens = kind["details"]["tokens"]
    scheme = next(iter(kind["secure_protocols"] or kind["protocols"]))
    for form in kind["details"]["templates"]:
        names = [name for name in re.findall(r"{(\w+)}", form) if name != "schema"]
        for chosen in itertools.product(*(values(name, tokens) for name in names)):
            parts = {name: quote(value) for name, value in zip(names, chosen, strict=True)}
            yield form.format(schema=scheme, **parts)


KINDS = {str(kind["service_name"]): kind for kind in Apprise().details()["schemas"]}


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing gets out, should a service try."""

    def refuse(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def sends(service: Any) -> bool:
    """Whether `service` comes to a recipient when it is asked to send."""

    def stop(*_: object, **__: object) -> None:
        raise Reached

    service.throttle = service.is_delivered = stop
    try:
        return bool(service.send(body="b", title="t", notify_type=NotifyType.FAILURE))
    except Reached:
        return True


def is_taken(address: str) -> bool | None:
    """Whether the server would take `address`; None where Apprise itself does not."""
    with complaints() as dropped:
        service = Apprise.instantiate(address)
    return None if service is None else has_recipient(service) and not dropped


def test_most_services_can_be_tried() -> None:
    tried = [name for name, kind in KINDS.items() if any(map(is_taken, addresses(kind)))]
    assert len(KINDS) > 150
    assert len(tried) > 0.8 * len(KINDS)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("name", sorted(KINDS.keys() - ASK_FIRST - BY_MODE))
def test_address_is_taken_where_its_service_would_send(name: str) -> None:
    for address in addresses(KINDS[name]):
        with complaints() as dropped:
            service = Apprise.instantiate(address)
        if service is not None and not dropped:
            # Telegram's bot would look for somebody to send to.
            guesses = name == "Telegram" and not service.targets
            assert has_recipient(service) == (sends(service) and not guesses), address


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("name", sorted(BY_MODE))
def test_of_these_an_address_that_would_be_sent_to_is_never_refused(name: str) -> None:
    for address in addresses(KINDS[name]):
        with complaints() as dropped:
            service = Apprise.instantiate(address)
        if service is not None and not dropped and sends(service):
            assert has_recipient(service), address
