"""Proxies, names and origins."""

from ipaddress import ip_network

import pytest

from backend.errors import Forbidden
from backend.http.network import Network, own_names, subnet_of

PROXIES = (ip_network("127.0.0.1"), ip_network("172.17.0.0/16"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.168.0.9", ["203.0.113.7"], "192.168.0.9"),  # nobody's proxy
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["10.1.1.1, 203.0.113.7"], "203.0.113.7"),  # the client made up the left one
        ("127.0.0.1", ["10.1.1.1", "203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["127.0.0.1, 203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["203.0.113.7, 172.17.0.2"], "203.0.113.7"),  # two proxies
        ("127.0.0.1", ["10.1.1.1, 203.0.113.7, 172.17.0.2"], "203.0.113.7"),
        ("127.0.0.1", ["203.0.113.7:4711"], "203.0.113.7"),
        ("127.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("127.0.0.1", ["2001:DB8:0::7"], "2001:db8::7"),
        ("127.0.0.1", ["::ffff:203.0.113.7"], "203.0.113.7"),
        ("fd00::1", ["203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["172.17.0.2"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7, unknown"], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("", ["203.0.113.7"], ""),
    ],
)
def test_address_that_counts_is_the_last_one_that_no_proxy_of_ours_has(
    peer: str, forwarded: list[str], client: str
) -> None:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    assert Network(PROXIES).client(peer, headers) == client


def test_without_trusted_proxies_nobody_speaks_for_another() -> None:
    headers = [(b"x-forwarded-for", b"203.0.113.7")]
    assert Network().client("127.0.0.1", headers) == "127.0.0.1"
    assert not Network().trusts("127.0.0.1")


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        (b"localhost:8000", True),
        (b"LOCALHOST.", True),
        (b"127.0.0.1", True),
        (b"192.168.0.20:8000", True),
        (b"[fe80::1]:8000", True),
        (b"home:8000", True),
        (b"care.example.org", True),
        (b"evil.example", False),
        (b"care.example.org.evil.example", False),
        (b"192.168.0.20.evil.example", False),
        (b"localhost.evil.example", False),
        (b"evil.example@localhost", True),  # its name is localhost
        (b"", False),
        (b"[", False),
        (None, True),
    ],
)
def test_server_is_called_by_its_names_or_by_an_address(host: bytes | None, is_ours: bool) -> None:
    network = Network(names=frozenset({"localhost", "home", "care.example.org"}))
    headers = {} if host is None else {b"host": host}
    if is_ours:
        network.check_host(headers)
    else:
        with pytest.raises(Forbidden, match="PUBLIC_HOSTS"):
            network.check_host(headers)


def test_own_names_are_those_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Home.lan")
    assert own_names() == {"localhost", "127.0.0.1", "::1", "home", "home.lan", "home.local"}


@pytest.mark.parametrize(
    ("origin", "host", "is_ours"),
    [
        (None, b"care.example.org", True),
        (b"http://care.example.org", b"care.example.org", True),
        (b"https://care.example.org:8443", b"care.example.org", True),
        (b"http://192.168.0.20:3000", b"192.168.0.20:8000", True),
        (b"https://page.example.org", b"192.168.0.20:8000", True),
        (b"https://PAGE.example.org", b"192.168.0.20:8000", True),
        (b"https://page.example.org:444", b"192.168.0.20:8000", False),
        (b"http://page.example.org", b"192.168.0.20:8000", False),
        (b"https://care.example.org.evil.example", b"care.example.org", False),
        (b"null", b"care.example.org", False),
        (b"null", b"", False),
        (b"", b"", False),
        (b"http://[", b"[", False),
    ],
)
def test_page_is_of_the_servers_own_name_or_allowed(
    origin: bytes | None, host: bytes, is_ours: bool
) -> None:
    network = Network(origins=frozenset({"https://page.example.org"}))
    headers = {b"host": host} | ({} if origin is None else {b"origin": origin})
    if is_ours:
        network.check_origin("192.168.0.9", headers)
    else:
        with pytest.raises(Forbidden, match="ALLOWED_ORIGINS"):
            network.check_origin("192.168.0.9", headers)


def test_every_page_is_allowed_where_that_is_set() -> None:
    headers = {b"host": b"localhost", b"origin": b"null"}
    Network(origins=frozenset({"*"})).check_origin("192.168.0.9", headers)


@pytest.mark.parametrize(("peer", "is_ours"), [("127.0.0.1", True), ("192.168.0.9", False)])
def test_trusted_proxy_says_by_what_name_the_server_was_called(peer: str, is_ours: bool) -> None:
    headers = {
        b"host": b"127.0.0.1:8000",
        b"origin": b"https://care.example.org",
        b"x-forwarded-host": b"care.example.org",
    }
    if is_ours:
        Network(PROXIES).check_origin(peer, headers)
    else:
        with pytest.raises(Forbidden):
            Network(PROXIES).check_origin(peer, headers)


OWN_ADDRESS = b"nas:8000"


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({b"origin": b"http://nas:8000"}, True),
        ({b"origin": b"http://NAS:8000"}, True),
        ({b"origin": b"https://care.example.org"}, True),  # PUBLIC_URL
        ({b"origin": b"https://care.example.org:443"}, True),
        ({b"sec-fetch-site": b"same-origin", b"origin": b"http://nas:8000"}, True),
        ({b"sec-fetch-site": b"same-origin"}, True),
        ({b"origin": b"http://nas:5000"}, False),  # another service of the same box
        ({b"origin": b"http://nas"}, False),
        ({b"origin": b"http://care.example.org"}, False),
        ({b"origin": b"https://care.example.org.evil.example"}, False),
        ({b"origin": b"https://page.example.org"}, False),  # allowed, with a key of its own
        ({b"origin": b"null"}, False),
        ({b"origin": b""}, False),
        ({b"origin": b"http://["}, False),
        ({b"origin": b"http://nas:99999999"}, False),
        ({b"sec-fetch-site": b"cross-site"}, False),
        ({b"sec-fetch-site": b"same-site", b"origin": b"http://nas:8000"}, False),
        ({b"sec-fetch-site": b"none"}, False),
        ({}, False),
    ],
)
def test_cookie_counts_for_pages_of_the_servers_own_address_alone(
    headers: dict[bytes, bytes], is_own: bool
) -> None:
    network = Network(
        origins=frozenset({"https://page.example.org"}), public_url="https://care.example.org/"
    )
    headers = headers | {b"host": OWN_ADDRESS}
    if is_own:
        network.check_own_page("192.168.0.9", headers, is_program_welcome=False)
    else:
        with pytest.raises(Forbidden, match="PUBLIC_URL"):
            network.check_own_page("192.168.0.9", headers, is_program_welcome=False)


def test_program_that_names_no_page_is_welcome_where_no_cookie_is_taken() -> None:
    Network().check_own_page("192.168.0.9", {b"host": OWN_ADDRESS}, is_program_welcome=True)
    headers = {b"host": OWN_ADDRESS, b"origin": b"https://evil.example"}
    with pytest.raises(Forbidden):
        Network().check_own_page("192.168.0.9", headers, is_program_welcome=True)


@pytest.mark.parametrize(
    ("peer", "forwarded", "scheme", "expected"),
    [
        ("127.0.0.1", b"https", "http", "https"),
        ("127.0.0.1", b"HTTPS", "ws", "wss"),
        ("127.0.0.1", b"http", "http", "http"),
        ("127.0.0.1", b"https, http", "http", "http"),
        ("127.0.0.1", b"javascript", "http", "http"),
        ("192.168.0.9", b"https", "http", "http"),
        ("192.168.0.9", b"http", "https", "https"),
    ],
)
def test_trusted_proxy_says_whether_the_client_came_by_tls(
    peer: str, forwarded: bytes, scheme: str, expected: str
) -> None:
    headers = {b"x-forwarded-proto": forwarded}
    assert Network(PROXIES).scheme(peer, scheme, headers) == expected


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("fe80::1%7", "fe80::/64"),
        ("", ""),
    ],
)
def test_whoever_changes_the_address_within_one_line_is_still_the_same(
    address: str, line: str
) -> None:
    assert subnet_of(address) == line
