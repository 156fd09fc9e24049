"""A line of the event log: one JSON object, with its checksum as the last field.

What is needed of every line at a start stands first, in a fixed order, so that it is found without
parsing the rest. The checksum is the CRC-32 of the bytes before `,"crc"`: a line without it, or
with another one, is no record.
"""

import re
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

Record = dict[str, Any]

HEAD_FIELDS = ("event_id", "event_type", "received_at", "camera_id", "ts", "event")
"""Every record has them but for the last, which some have not."""
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

    def identity(self) -> bytes:
        """A digest of what makes a repeat of an event: all but `received_at`.

        It begins with ID_BYTES of what is to be unique, the camera's `event_id`. Two events never
        share one, whoever chose them.
        """
        named = f"{self.camera_id}\0{self.event_id}"
        whole = f"{named}\0{self.event_type}\0{self.event or ''}\0{self.ts!r}"
        return _digest(named) + _digest(whole)


def encode(record: Record) -> bytes:
    """The line of `record`, with its newline; a `crc` of the sender's gives way to ours."""
    ordered = {name: record[name] for name in HEAD_FIELDS if name in record} | record
    ordered.pop("crc", None)
    body = to_json(ordered, inf_nan_mode="null")[:-1]
    return body + _checksum(body)


def head_of(record: Record) -> Head:
    """What `head` finds in the line of `record`."""
    event_id, event_type, received_at, camera_id, ts = (record[name] for name in HEAD_FIELDS[:-1])
    return Head(event_id, event_type, received_at, camera_id, float(ts), record.get("event"))


def is_intact(line: bytes) -> bool:
    """Whether `line`, newline included, is exactly as `encode` made it."""
    body = line[:-CHECKSUM_BYTES]
    return line[-CHECKSUM_BYTES:] == _checksum(body)


def decode(line: bytes) -> Record | None:
    """The record of a line, None when it is damaged."""
    if not is_intact(line):
        return None
    record: Record = from_json(line)
    del record["crc"]
    return record


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


def _checksum(body: bytes) -> bytes:
    return b',"crc":"%08x"}\n' % zlib.crc32(body)


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=ID_BYTES).digest()


def _plain(text: bytes) -> str:
    # Escapes are rare, and whoever has one pays for it.
    return text.decode() if b"\\" not in text else str(from_json(b'"%b"' % text))
