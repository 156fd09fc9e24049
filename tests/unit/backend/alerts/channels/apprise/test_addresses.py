"""ALERT_URLS as people write it: each address can be sent to, or is refused without its text."""

import pytest

from backend.alerts.channels.apprise.addresses import read_addresses, split_addresses

SECRET = "s3cr3t-t0pic"
BOT = "123456789:ABCdefGHIjklMNOpqrSTUvwxYZ123456789"


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("", []),
        (" , ", []),
        ("ntfy://a", ["ntfy://a"]),
        ("ntfy://a,json://b/\n jsons://c", ["ntfy://a", "json://b/", "jsons://c"]),
        ("mailto://u:p@h?to=a@b.c,d@e.f, ntfy://a", ["mailto://u:p@h?to=a@b.c,d@e.f", "ntfy://a"]),
    ],
)
def test_list_of_addresses_is_split_where_the_next_one_begins(
    text: str, addresses: list[str]
) -> None:
    assert split_addresses(text) == addresses


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"ntfys://{SECRET}", 1),
        (f"ntfys://{SECRET},another-topic", 1),
        (f" ntfys://{SECRET} , json://[::1] ,\n", 2),
        ("mailto://user:pa;ss@gmail.com", 1),
        ("json://127.0.0.1/a/path?+X-Key=(a)", 1),
        ("https://discord.com/api/webhooks/1234567890/abcdefghijklmnopqrstuvwxyz", 1),
        (f"tgram://{BOT}/111/222", 1),
    ],
)
def test_address_that_a_memo_can_go_to_is_taken(text: str, count: int) -> None:
    assert len(read_addresses(text)) == count


QUOTED = "has a quote or a bracket around it"
NO_SCHEME = "begins with no scheme"
RUN_ON = "is followed by what is no address"
NOBODY = "names nobody, or somebody whom its service does not take"
NO_PACKAGE = "is of a service that needs what is not installed: a package: "


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *(
            (f"{before}ntfys://{SECRET}{behind}", f"address 1 of 1 {QUOTED}")
            for before, behind in ('""', "''", "``", "[]", "{}", "()", "<>", ('"', ""), ("", '"'))
        ),
        (f'["ntfys://{SECRET}","json://b"]', f"address 1 of 1 {QUOTED}"),
        (f"[ntfys://{SECRET}, json://b]", f"address 1 of 2 {QUOTED}"),
        (f'ntfys://{SECRET}, "json://b"', f"address 1 of 1 {QUOTED}"),
        (f"ntfys://{SECRET}, tgram//{BOT}/111", f"address 1 of 1 {RUN_ON}"),
        (f"ntfys://{SECRET},tgram//{BOT}/111", f"address 1 of 1 {RUN_ON}"),
        (f"ntfys://{SECRET},tgram:/{BOT}/111", f"address 1 of 1 {RUN_ON}"),
        *(
            (f"ntfys://{SECRET}{separator}json://b", f"address 1 of 1 {RUN_ON}")
            for separator in (";", "|", "&")
        ),
        (f"ntfys://{SECRET}; json://b", f"address 1 of 2 {RUN_ON}"),
        (f"json://b ntfys://{SECRET};", f"address 2 of 2 {RUN_ON}"),
        (f"ntfys://{SECRET}   # the phone in the kitchen", f"address 1 of 1 {RUN_ON}"),
        (f"tgram//{BOT}/111", f"address 1 of 1 {NO_SCHEME}"),
        (f"ntfys:/{SECRET}", f"address 1 of 1 {NO_SCHEME}"),
        (SECRET, f"address 1 of 1 {NO_SCHEME}"),
        ("ntfys://", f"address 1 of 1 {NOBODY}"),
        ("ntfys://돌봄알림", f"address 1 of 1 {NOBODY}"),
        (f"json://b ntfys://?token=tk_{SECRET}", f"address 2 of 2 {NOBODY}"),
        (f"tgram://{BOT}", f"address 1 of 1 {NOBODY}"),
        (f"mailto://user:{SECRET}@gmail.com?to=a@b.c,wrong", f"address 1 of 1 {NOBODY}"),
        (f"json://b nonsense://{SECRET}", "address 2 of 2 is none that Apprise knows"),
        (f"tgram://{SECRET},ntfys://{SECRET}", "address 1 of 2 is none that Apprise knows"),
        (f"xmpp://user:{SECRET}@host", f"address 1 of 1 {NO_PACKAGE}slixmpp"),
        (f"amqp://user:{SECRET}@host/queue", "address 1 of 1 is wrong, or its service needs a"),
        (f"ntfys://{SECRET}?format=markdown", "address 1 of 1 sets `format`, expected none"),
        (" , ", "expected an address such as ntfys://TOPIC"),
    ],
)
def test_address_that_reaches_nobody_is_refused_by_its_place_alone(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"expected|names|needs|knows") as caught:
        read_addresses(text)
    assert str(caught.value).startswith(reason)
    assert SECRET not in str(caught.value)
    assert BOT not in str(caught.value)
