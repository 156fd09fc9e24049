"""Text is text: a camera's name arrives as it is, whatever its characters mean to a service."""

import email
import email.policy
import html
import json
import re
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from markdown_it import MarkdownIt
from pydantic import SecretStr

from backend.alerts.channels.apprise.channel import AppriseChannel, open_addresses
from backend.alerts.channels.base import Memo

NAMES = ["거실<->부엌", "<침실>", "*a_b*", "[x](y)", "&amp;", "`a` ~b~ #1", "<b>1. x</b>"]
# What Telegram's parser takes; for any other tag it refuses the memo.
TELEGRAM_S = {"b", "strong", "i", "em", "u", "ins", "s", "del", "a", "code", "pre", "blockquote"}


def memo(name: str) -> Memo:
    return Memo(
        f"낙상 (넘어짐) 감지 - {name}\n11월 29일(일)\n지금 바로 확인해 주세요.",
        english=f"Fall detected - {name}\n2026-11-29\nPlease check now.",
    )


class Received(BaseHTTPRequestHandler):
    """Takes all, as each of the services would answer."""

    bodies: list[Any]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.bodies.append(json.loads(body))
        login = {"access_token": "t", "user_id": "@u:h", "home_server": "h", "room_id": "!r:h"}
        answer = b"ok" if self.path.startswith("/slack") else json.dumps(login).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_PUT = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Keep the output clean."""


@pytest.fixture(scope="module")
def service() -> Iterator[Any]:
    """Where all services are: its port, and the bodies that it got."""
    handler: Any = type("Handler", (Received,), {"bodies": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield handler, server.server_port
        server.shutdown()


def sent(service: Any, address: str, memo: Memo, **hosts: str) -> Any:
    """The last body that the service at `address` gets; `hosts` lead the service here."""
    handler, port = service
    (channel,) = open_addresses([SecretStr(address.format(port=port))])
    for name, url in hosts.items():
        setattr(channel._service[0], name, url.format(port=port))
    channel._service[0].request_rate_per_sec = 0
    handler.bodies.clear()
    channel.send(memo)
    return handler.bodies[-1]


def shown_by_markdown(text: str) -> str:
    """What somebody reads whose chat renders `text` as Markdown."""
    return html.unescape(re.sub(r"<[^>]*>", "", MarkdownIt().render(text)))


def test_control_unescaped_markdown_and_html_lose_the_name() -> None:
    assert "*a_b*" not in shown_by_markdown("Fall - *a_b*")
    assert "[x](y)" not in shown_by_markdown("Fall - [x](y)")


@pytest.mark.parametrize("name", NAMES)
def test_telegram_gets_the_name_without_a_tag_of_its_own(service: Any, name: str) -> None:
    address = "tgram://123456789:ABCdefGHIjklMNOpqrSTUvwxYZ123456789/111"
    body = sent(service, address, memo(name), notify_url="http://127.0.0.1:{port}/bot")
    assert body["parse_mode"] == "HTML"
    tags = {tag.lower() for tag in re.findall(r"</?([^\s>/]*)", body["text"])}
    assert tags <= TELEGRAM_S
    shown = html.unescape(re.sub(r"<[^>]*>", "", body["text"]))
    assert f"감지 - {name} / Fall detected - {name}" in shown
    assert "지금 바로 확인해 주세요.\r\n" in shown


@pytest.mark.parametrize("name", NAMES)
def test_slack_gets_the_name_without_marks(service: Any, name: str) -> None:
    address = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#alerts"
    body = sent(service, address, memo(name), webhook_url="http://127.0.0.1:{port}/slack")
    (attachment,) = body["attachments"]
    assert body["mrkdwn"] is False
    assert not {"<", ">"} & set(attachment["title"] + attachment["text"])
    assert f"Fall detected - {name}" in html.unescape(attachment["title"])


@pytest.mark.parametrize("name", NAMES)
def test_discord_shows_the_name_though_it_shows_markdown(service: Any, name: str) -> None:
    address = "discord://1234567890/abcdefghijklmnopqrstuvwxyz"
    body = sent(service, address, memo(name), notify_url="http://127.0.0.1:{port}")
    assert "embeds" not in body
    assert f"Fall detected - {name}" in shown_by_markdown(body["content"])


@pytest.mark.parametrize("name", NAMES)
def test_mattermost_shows_the_name_though_it_shows_markdown(service: Any, name: str) -> None:
    address = "mmost://127.0.0.1:{port}/3ccdd113474722377935511fc85d3dd4"
    body = sent(service, address, memo(name))
    assert f"Fall detected - {name}" in shown_by_markdown(body["text"])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("matrix://user:pass@127.0.0.1:{port}/#room", "body"),
        ("ntfy://127.0.0.1:{port}/topic", "title"),
        ("gotify://127.0.0.1:{port}/abcdefghijklmno", "title"),
        ("json://127.0.0.1:{port}", "title"),
        ("signal://127.0.0.1:{port}/15551234567/15557654321", "message"),
    ],
)
def test_plain_service_gets_the_name_as_it_is(
    service: Any, address: str, field: str, name: str
) -> None:
    body = sent(service, address, memo(name))
    assert f"낙상 (넘어짐) 감지 - {name} / Fall detected - {name}" in body[field]
    assert "formatted_body" not in body


class Mailbox(socketserver.StreamRequestHandler):
    """Takes every mail."""

    mails: list[bytes]

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while command := self.rfile.readline()[:4].upper():
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 taken\r\n")


@pytest.mark.parametrize("name", NAMES)
def test_mail_has_a_subject_lines_and_both_languages(name: str) -> None:
    handler: Any = type("Handler", (Mailbox,), {"mails": []})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        port = server.server_address[1]
        address = f"mailto://127.0.0.1:{port}?from=dolbom@example.org&to=family@example.org"
        (channel,) = open_addresses([SecretStr(address)])
        channel.send(memo(name))
        server.shutdown()
    mail = email.message_from_bytes(handler.mails[0], policy=email.policy.default)
    assert mail["subject"] == f"낙상 (넘어짐) 감지 - {name} / Fall detected - {name}"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"
    assert mail.get_content().splitlines() == [
        "11월 29일(일)",
        "지금 바로 확인해 주세요.",
        "",
        "2026-11-29",
        "Please check now.",
    ]


def test_channel_whose_address_names_nobody_fails_its_check() -> None:
    (channel,) = open_addresses([SecretStr("ntfys://topic")])
    channel.check()
    channel._service[0].topics = []
    nobody = AppriseChannel("ntfy-1", channel._service)
    with pytest.raises(Exception, match="names nobody"):
        nobody.check()
