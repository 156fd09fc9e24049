"""A line of the event log: one JSON object, with its checksum as the last field.

What is needed of every line at a start stands first, in a fixed order, so that it is found without
parsing the rest. The checksum is the CRC-32 of the bytes before `,"crc"`: a line without it, or
with another one, is no record.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

Record = dict[str, Any]

HEAD_FIELDS = ("event_id", "event_type", "received_at", "camera_id")
CHECKSUM_BYTES = len(b',"crc":"00000000"}\n')

_TEXT = rb'"((?:[^"\\]|\\.)*)"'
_HEAD = re.compile(
    rb'\{"event_id":%b,"event_type":"(\w+)","received_at":([-+.e0-9]+),"camera_id":%b,'
    % (_TEXT, _TEXT)
)


class Head(NamedTuple):
    """What every line begins with; `received_at` is seconds since 1970."""

    event_id: bytes
    event_type: str
    received_at: float
    camera_id: str


def encode(record: Record) -> bytes:
    """The line of `record`, with its newline; a `crc` of the sender's gives way to ours."""
    ordered = {name: record[name] for name in HEAD_FIELDS} | record
    ordered.pop("crc", None)
    body = to_json(ordered)[:-1]
    return body + _checksum(body)


def head_of(record: Record) -> Head:
    """What `head` finds in the line of `record`."""
    event_id, event_type, received_at, camera_id = (record[name] for name in HEAD_FIELDS)
    return Head(event_id.encode(), event_type, received_at, camera_id)


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
    """The first fields of a line, `event_id` as UTF-8; None when the line is damaged."""
    found = _HEAD.match(line)
    if found is None or not is_intact(line):
        return None
    event_id, event_type, received_at, camera_id = found.groups()
    return Head(
        _plain(event_id), event_type.decode(), float(received_at), _plain(camera_id).decode()
    )


def beginnings(data: bytes) -> Iterator[int]:
    """Where in `data`, its start apart, a line may begin."""
    return (found.start() for found in _HEAD.finditer(data, 1))


def _checksum(body: bytes) -> bytes:
    return b',"crc":"%08x"}\n' % zlib.crc32(body)


def _plain(text: bytes) -> bytes:
    # Escapes are rare, and whoever has one pays for it.
    return text if b"\\" not in text else str(from_json(b'"%b"' % text)).encode()
