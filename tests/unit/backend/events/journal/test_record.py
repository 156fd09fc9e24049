"""One line of the log."""

import json
import math
import zlib
from typing import Any

import pytest

from backend.events.journal.record import Record, as_json, head, is_intact
from testkit.alone import typed

RECORD: dict[str, Any] = {
    "ts": 1.0,
    "camera_id": '거실 "1" \\',
    "text": '돌봄 "\n\u2028\\',
    "x": [None, 1.5, 10**40],
    "event_type": "PROBS",
    "event_id": 'e "\\" 1',
}
RECEIVED_AT = 1_800_000_000.25


def record(fields: dict[str, Any] = RECORD) -> Record:
    return Record.of(typed(fields), RECEIVED_AT)


def test_line_is_json_that_any_tool_reads_and_gives_the_record_back() -> None:
    line = record().line
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    plain = json.loads(line)
    before, _, _ = line.partition(b',"crc":"')
    assert plain.pop("crc") == f"{zlib.crc32(before):08x}"
    assert plain == RECORD | {"received_at": RECEIVED_AT} == json.loads(as_json(line))
    assert "돌봄" in line.decode()
    assert Record.read(line) == record()


def test_number_that_json_does_not_have_is_null() -> None:
    line = record(RECORD | {"x": [math.inf, -math.inf, math.nan]}).line
    assert json.loads(line, parse_constant=pytest.fail)["x"] == [None] * 3


def test_head_is_read_without_the_rest() -> None:
    found = head(record().line)
    expected = ('e "\\" 1', "PROBS", RECEIVED_AT, '거실 "1" \\', 1.0, None)
    assert found == expected == record().head
    labelled = record({"later": 1, **RECORD, "event_type": "END", "event": 'a "fall"'})
    assert head(labelled.line) == labelled.head
    assert labelled.head[1::4] == ("END", 'a "fall"')
    assert labelled.head.is_incident
    assert head(record(RECORD | {"event": None}).line) == expected


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"no JSON\n",
        b"\xff\xfe\n",
        json.dumps(RECORD).encode() + b"\n",
        record().line[:-1],
        record().line + b"\n",
        record().line[1:],
        b'{"a":1,"crc":"%08x"}\n' % zlib.crc32(b'{"b":1'),
    ],
)
def test_line_without_its_checksum_is_no_record(line: bytes) -> None:
    assert Record.read(line) is None
    assert head(line) is None


def test_every_flip_of_a_bit_is_noticed() -> None:
    line = record().line
    for place in range(len(line)):
        for bit in range(8):
            flipped = bytearray(line)
            flipped[place] ^= 1 << bit
            assert not is_intact(bytes(flipped))
