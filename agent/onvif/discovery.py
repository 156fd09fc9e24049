"""Asks all networks of this machine for cameras, by WS-Discovery over UDP (IPv4)."""

import random
import select
import socket
import struct
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, suppress
from itertools import accumulate
from uuid import uuid4

from agent.onvif.announcement import Announcement, announcements, probe

GROUP = ("239.255.255.250", 3702)
ANSWER_SEC = 3.0
REPEATS = 2
"""After the first one, since a datagram may be lost; as SOAP over UDP has it."""
FIRST_PAUSE_SEC, LONGEST_PAUSE_SEC = (0.05, 0.25), 0.5
MAX_DATAGRAM = 65_535
MAX_ANSWERS = 64
MAX_DATAGRAMS = 1000
"""Of whoever answers: more are no home's."""


def announced(timeout_sec: float = ANSWER_SEC) -> Generator[Announcement]:
    """Each camera once, as it answers, until `timeout_sec` have passed."""
    message_id = str(uuid4())
    known: set[str] = set()
    with ExitStack() as stack:
        sockets = [stack.enter_context(each) for each in _sockets()]
        for data, host in _answers(sockets, probe(message_id), timeout_sec):
            for found in announcements(data, host, message_id):
                if found.id not in known and len(known) < MAX_ANSWERS:
                    known.add(found.id)
                    yield found


def _sockets() -> Iterator[socket.socket]:
    """One for each interface, through which it asks."""
    for index, _ in socket.if_nameindex():
        asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        through = struct.pack("=4s4si", b"\0" * 4, b"\0" * 4, index)
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, through)
        asking.setblocking(False)
        yield asking


def _answers(
    sockets: list[socket.socket], question: bytes, timeout_sec: float
) -> Iterator[tuple[bytes, str]]:
    """Datagrams and the hosts that they came from, of a question that is sent several times."""
    began = time.monotonic()
    ends, due = began + timeout_sec, [began + pause for pause in _pauses()]
    for _ in range(MAX_DATAGRAMS):
        while due and due[0] <= time.monotonic():
            _send(sockets, question)
            due.pop(0)
        now = time.monotonic()
        if now >= ends:
            return
        ready, _, _ = select.select(sockets, [], [], min([*due, ends]) - now)
        for each in ready:
            with suppress(OSError):  # a host that refuses
                data, (host, _) = each.recvfrom(MAX_DATAGRAM)
                yield data, host


def _pauses() -> list[float]:
    """When to send, from now on; each pause is twice the one before."""
    first = random.uniform(*FIRST_PAUSE_SEC)  # noqa: S311 (no secret)
    pauses = (min(first * 2**count, LONGEST_PAUSE_SEC) for count in range(REPEATS))
    return list(accumulate(pauses, initial=0.0))


def _send(sockets: list[socket.socket], question: bytes) -> None:
    for each in sockets:
        with suppress(OSError):  # an interface that is down, or without multicast
            each.sendto(question, GROUP)
