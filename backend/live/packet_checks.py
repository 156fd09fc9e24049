"""What a client may send, and how the rest is taken for what it is.

socket.io packets travel in engine.io packets, which travel in websocket messages. The libraries
raise on malformed ones, each in its own place. Extends the private parts of python-socketio's
`Packet` that read one: `decode`, `add_attachment` and `attachment_count`.
"""

import re
from typing import Any

from socketio.packet import BINARY_EVENT, EVENT, Packet

MALFORMED = "malformed packet"
"""The event that a packet becomes which cannot be read."""

RESERVED = {"connect", "disconnect", "*"}
MAX_ATTACHMENTS = 1
MAX_DROPPED = 16
"""So many attachments are waited for and dropped, to be refused with the event that they are of."""

GOOD_BYE = "1"
# Close, pong, and the messages connect, disconnect, event and binary event.
_EXPECTED = re.compile(r"[13]\Z|4[0125]")
_STRANGERS = re.compile(r"[13]\Z|4[01]")


def is_expected(packet: str | bytes, *, is_admitted: bool) -> bool:
    """Whether a client may send this in a websocket message; a stranger sends no event."""
    if isinstance(packet, bytes):
        return is_admitted
    return bool((_EXPECTED if is_admitted else _STRANGERS).match(packet))


class CheckedPacket(Packet):  # type: ignore[misc]
    """A socket.io packet; one that cannot be read is an event named MALFORMED."""

    def decode(self, encoded_packet: Any) -> int:
        """Read the packet; returns how many attachments follow it."""
        try:
            count: int = super().decode(encoded_packet)
            self._check(count)
        except (ValueError, TypeError, RecursionError):
            self.packet_type, self.namespace, self.id = EVENT, None, None
            self.data = [MALFORMED]
            return 0
        return count

    def add_attachment(self, attachment: bytes) -> bool:
        """Put the next attachment in its place; True once all are there."""
        are_too_many = self.attachment_count > MAX_ATTACHMENTS
        try:
            is_complete = bool(super().add_attachment(b"" if are_too_many else attachment))
        except (ValueError, TypeError, LookupError, RecursionError):
            self.data = [MALFORMED]
            return True
        if is_complete and are_too_many:
            self.data[0] = MALFORMED
        return is_complete

    def _check(self, attachments: int) -> None:
        if self.packet_type == BINARY_EVENT and not 0 < attachments <= MAX_DROPPED:
            raise ValueError("expected one attachment")
        if self.packet_type == EVENT and attachments:
            raise ValueError("expected no attachment")
        if self.packet_type in (EVENT, BINARY_EVENT) and not _names_an_event(self.data):
            raise ValueError("expected the name of an event")


def _names_an_event(data: object) -> bool:
    if not (isinstance(data, list) and data and isinstance(data[0], str)):
        return False
    return data[0] not in RESERVED
