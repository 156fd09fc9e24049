"""ntfy: a topic that nobody guesses, which a phone subscribes to with its camera."""

import secrets
from typing import Annotated, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import AfterValidator, SecretStr

from backend.alerts.channels.base import Channel
from backend.contacts.contact import Contact
from backend.contacts.kinds.base import Form, Kind, Means, Subscription, Words, asked
from backend.contacts.ntfy_channel import NtfyAddress, NtfyChannel
from common.settings import BaseUrl

TOPIC_BYTES = 24


def _without_a_path(url: str) -> str:
    parts = urlsplit(url)
    if parts.path or parts.query or parts.fragment or parts.username:
        raise ValueError("expected only the server, such as https://ntfy.example.org")
    return url


def _printable(token: SecretStr) -> SecretStr:
    text = token.get_secret_value()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("expected a token such as tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2")
    return token


class NtfyForm(Form):
    """Nothing has to be filled in: the topic is made here."""

    kind: Literal["ntfy"]
    server: Annotated[BaseUrl, AfterValidator(_without_a_path)] | None = asked(
        "ntfy 서버 (직접 운영하는 경우)", "ntfy server (if you run your own)", default=None
    )
    token: Annotated[SecretStr, AfterValidator(_printable)] | None = asked(
        "그 서버의 액세스 토큰", "Access token of that server", secret=True, default=None
    )


class Ntfy(Kind[NtfyForm]):
    """Rings on any phone with the free app, without an account."""

    name = "ntfy"
    title = Words("ntfy 앱", "ntfy app")
    help = Words(
        "휴대전화에 ntfy 앱을 설치하고, 만들어진 QR 코드를 찍으세요.",
        "Install the ntfy app on the phone, and scan the QR code that is made.",
    )
    form = NtfyForm

    def address(self, form: NtfyForm, means: Means) -> str:
        """A new topic."""
        topic = f"dolbom-{secrets.token_urlsafe(TOPIC_BYTES)}"
        token = form.token.get_secret_value() if form.token else None
        server = form.server or means.contacts.ntfy_url
        return NtfyAddress(server=server, topic=topic, token=token).model_dump_json()

    def names_server(self, form: NtfyForm) -> bool:
        """Whether it is another server than the household's."""
        return form.server is not None

    def open(self, contact: Contact, means: Means) -> Channel:  # noqa: ARG002
        """The channel of its topic."""
        return NtfyChannel(contact.channel, _address(contact))

    def subscription(self, contact: Contact) -> Subscription:
        """The topic, as the app's own links have it, and the page of it."""
        address = _address(contact)
        server = urlsplit(address.server)
        query = {"display": contact.label}
        if server.scheme == "http":
            query["secure"] = "false"
        app = f"ntfy://{server.netloc}/{address.topic}?{urlencode(query)}"
        return Subscription(app, f"{address.server}/{address.topic}")


def _address(contact: Contact) -> NtfyAddress:
    return NtfyAddress.model_validate_json(contact.address.get_secret_value())


KIND = Ntfy()
