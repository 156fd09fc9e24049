"""What is kept of each form, as Apprise reads it; and what a phone subscribes to."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from backend.alerts.channels.apprise.service_address import open_address
from backend.contacts.contact import Contact
from backend.contacts.kinds.base import Means
from backend.contacts.registry import KINDS

BOT = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def address_of(means: Means, form: Any) -> str:
    address: str = KINDS[form.kind].address(form, means)
    return address


def test_telegram_writes_to_one_chat(means: Means, form: Any) -> None:
    address = address_of(means, form(kind="telegram", bot_token=BOT, chat_id="-100123"))
    assert address == f"tgram://{BOT}/-100123"
    assert open_address(SecretStr(address))[0].service_name == "Telegram"


def test_pushover_rings_in_its_quiet_hours_too(means: Means, form: Any) -> None:
    filled = form(kind="pushover", user_key="u" * 30, app_token="a" * 30)
    address = address_of(means, filled)
    assert address == f"pover://{'u' * 30}@{'a' * 30}?priority=high"
    assert open_address(SecretStr(address))[0].priority == 1


@pytest.mark.parametrize(
    ("account", "server", "host", "port", "secure"),
    [
        ("a@gmail.com", None, "smtp.gmail.com", 587, "starttls"),
        ("a@naver.com", None, "smtp.naver.com", 465, "ssl"),
        ("a@home.example", "mail.home.example", "mail.home.example", 587, "starttls"),
        ("a@home.example", "mail.home.example:465", "mail.home.example", 465, "ssl"),
    ],
)
def test_mail_goes_through_the_providers_server(
    means: Means,
    form: Any,
    account: str,
    server: str | None,
    host: str,
    port: int,
    secure: str,
) -> None:
    password = "p@ss/w?rd&to=evil@evil.example #%"
    filled = form(kind="email", to="b@c.kr", account=account, password=password, server=server)
    plugin = open_address(SecretStr(address_of(means, filled)))[0]
    assert (plugin.smtp_host, plugin.port, plugin.secure_mode) == (host, port, secure)
    assert (plugin.user, plugin.password) == (account, password)
    assert [address for _, address in plugin.targets] == ["b@c.kr"]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "telegram", "bot_token": f"{BOT}/?x", "chat_id": "1"},
        {"kind": "telegram", "bot_token": BOT, "chat_id": "1/../2"},
        {"kind": "pushover", "user_key": "u" * 29, "app_token": "a" * 30},
        {"kind": "pushover", "user_key": "u" * 29 + "@", "app_token": "a" * 30},
        {"kind": "email", "to": "b@c.kr?x=1", "account": "a@gmail.com", "password": "x"},
        {"kind": "email", "to": "b", "account": "a@gmail.com", "password": "x"},
        {"kind": "ntfy", "server": "http://192.168.0.1/path"},
        {"kind": "ntfy", "server": "file:///etc/passwd"},
        {"kind": "ntfy", "token": "two words"},
        {"kind": "ntfy", "token": "a\nb"},
    ],
)
def test_field_that_would_change_the_address_is_refused(form: Any, fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        form(**fields)


@pytest.mark.parametrize(
    ("server", "app", "web"),
    [
        ("https://ntfy.home.example", "ntfy://ntfy.home.example/", "https://ntfy.home.example/"),
        ("http://10.0.0.2:8080", "ntfy://10.0.0.2:8080/", "http://10.0.0.2:8080/"),
    ],
)
def test_phone_subscribes_to_the_topic_by_the_apps_own_link(
    means: Means, form: Any, server: str, app: str, web: str
) -> None:
    filled = form(kind="ntfy", server=server, label="엄마 전화")
    assert KINDS["ntfy"].names_server(filled)
    address = SecretStr(address_of(means, filled))
    contact = Contact(1, 1, 1, "ntfy", "엄마 전화", address, means.clock())
    found = KINDS["ntfy"].subscription(contact)
    assert found is not None
    assert found.app.startswith(f"{app}dolbom-")
    assert found.web.startswith(f"{web}dolbom-")
    assert "?display=%EC%97%84%EB%A7%88+%EC%A0%84%ED%99%94" in found.app
    assert found.app.endswith("&secure=false") is server.startswith("http:")
