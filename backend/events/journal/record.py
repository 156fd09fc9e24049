"""A record: an accepted event, and its line in the journal.

A line is one JSON object, with its checksum as the last field. What is needed of every line at a
start stands first, in a fixed order, so that it is found without parsing the rest. The checksum is
the CRC-32 of the bytes before `,"crc"`: a line without it, or with another one, is no record.
"""

import re
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from contract.events import EVENT, Event, EventType

# Every line begins with these, in this order, and with `event` where it has one.
_FIRST = b'{"event_id":%b,"event_type":"%b","received_at":%b,"camera_id":%b,"ts":%b'
_IN_HEAD = {"event_id", "event_type", "camera_id", "ts"}
_IN_HEAD_OF_INCIDENT = _IN_HEAD | {"event"}
ID_BYTES = 8
CHECKSUM_BYTES = len(b',"crc":"00000000"}\n')

_TEXT = rb'"((?:[^"\\]|\\.)*)"'
_NUMBER = rb"([-+.e0-9]+)"
_HEAD = re.compile(
    rb'\{"event_id":%b,"event_type":"(\w+)","received_at":%b,"camera_id":%b,"ts":%b,(?:"event":%b,)?'
    % (_TEXT, _NUMBER, _TEXT, _NUMBER, _TEXT)
)


class Head(NamedTuple):
    """What every line begins with; times are seconds since 1970, `event` is the label, if any."""

    event_id: str
    event_type: str
    received_at: float
    camera_id: str
    ts: float
    event: str | None

    @property
    def is_incident(self) -> bool:
        """Whether it is of a START or an END."""
        return self.event_type in (EventType.START, EventType.END)

    def identity(self) -> bytes:
        """A digest of what makes a repeat of an event: all but `received_at`.

        It begins with ID_BYTES of what is to be unique, the camera's `event_id`. Two events never
        share one, whoever chose them.
        """
        named = f"{self.camera_id}\0{self.event_id}"
        whole = f"{named}\0{self.event_type}\0{self.event or ''}\0{self.ts!r}"
        return digest_of(named) + digest_of(whole)


class Record(NamedTuple):
    """An `event` that arrived at `received_at` (seconds since 1970), and its `line`.

    `identity` is that of its `head`.
    """

    event: Event
    received_at: float
    line: bytes
    head: Head
    identity: bytes

    @classmethod
    def of(cls, event: Event, received_at: float) -> "Record":
        """Encode the event, once for all who need it."""
        label = getattr(event, "event", None)
        head = Head(
            event.event_id,
            event.event_type.value,
            received_at,
            event.camera_id,
            event.ts,
            label if isinstance(label, str) else None,
        )
        return cls(event, received_at, _encode(event, head), head, head.identity())

    @classmethod
    def read(cls, line: bytes) -> "Record | None":
        """The record of a line of the journal; None where it is damaged, or of no event today."""
        found = head(line)
        try:
            event = EVENT.validate_json(as_json(line)) if found else None
        except ValidationError:
            return None
        if found is None or event is None:
            return None
        (event.model_extra or {}).pop("received_at", None)
        return cls(event, found.received_at, line, found, found.identity())


def as_json(line: bytes) -> bytes:
    """The JSON object of a line, without its checksum."""
    return line[:-CHECKSUM_BYTES] + b"}"


def is_intact(line: bytes) -> bool:
    """Whether `line`, newline included, is exactly as it was written."""
    body = line[:-CHECKSUM_BYTES]
    return line[-CHECKSUM_BYTES:] == _checksum(body)


def head(line: bytes) -> Head | None:
    """The first fields of a line; None when the line is damaged."""
    found = _HEAD.match(line)
    if found is None or not is_intact(line):
        return None
    event_id, event_type, received_at, camera_id, ts, event = found.groups()
    return Head(
        _plain(event_id),
        event_type.decode(),
        float(received_at),
        _plain(camera_id),
        float(ts),
        None if event is None else _plain(event),
    )


def beginnings(data: bytes) -> Iterator[int]:
    """Where in `data`, its start apart, a line may begin."""
    return (found.start() for found in _HEAD.finditer(data, 1))


def _encode(event: Event, head: Head) -> bytes:
    """The line of `event`, with its newline: the head, and the rest as it was sent."""
    event_id, event_type, received_at, camera_id, ts, label = head
    texts = (to_json(event_id), event_type.encode(), to_json(received_at), to_json(camera_id))
    first = _FIRST % (*texts, to_json(ts))
    if label is not None:
        first += b',"event":' + to_json(label)
    known = _IN_HEAD if label is None else _IN_HEAD_OF_INCIDENT
    rest = event.model_dump_json(exclude_unset=True, exclude=known).encode()
    body = first if rest == b"{}" else first + b"," + rest[1:-1]
    return body + _checksum(body)


def _checksum(body: bytes) -> bytes:
    return b',"crc":"%08x"}\n' % zlib.crc32(body)


def digest_of(text: str) -> bytes:
    """ID_BYTES that stand for `text`."""
    return blake2b(text.encode(), digest_size=ID_BYTES).digest()


def _plain(text: bytes) -> str:
    # Escapes are rare, and whoever has one pays for it.
    return text.decode() if b"\\" not in text else str(from_json(b'"%b"' % text))
