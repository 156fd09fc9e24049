"""The listening socket, and the address by which others find it."""

import socket

import pytest

from backend.http.listener import listen, reachable_address


def reaches(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=5).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("::", [True, True]),
        ("::1", [False, True]),
        ("0.0.0.0", [True, False]),
        ("127.0.0.1", [True, False]),
        ("localhost", [True, False]),
    ],
)
def test_server_is_found_by_the_addresses_that_it_listens_on(host: str, found: list[bool]) -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("needs IPv6")
    with listen(host, 0) as listener:
        port = listener.getsockname()[1]
        assert [reaches(address, port) for address in ("127.0.0.1", "::1")] == found
        assert reaches(reachable_address(listener.getsockname()[0]), port)


def test_without_a_network_the_address_is_that_of_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Unconnected(socket.socket):
        def connect(self, _address: object) -> None:
            raise OSError("Network is unreachable")

    monkeypatch.setattr("backend.http.listener.socket.socket", Unconnected)
    assert reachable_address("::") == "127.0.0.1"
    assert reachable_address("0.0.0.0") == "127.0.0.1"
    assert reachable_address("192.168.0.7") == "192.168.0.7"
