"""Ports for servers that are started a moment later."""

import socket

from testkit.processes import free_port


def test_no_port_is_given_twice_in_a_row_and_none_that_is_taken() -> None:
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", ports[-1] + 1))
        taken.listen()
        assert free_port() == ports[-1] + 2
