"""One line of the log."""

import json
import math
import zlib
from typing import Any

import pytest

from backend.events.journal.record_line import decode, encode, head, head_of

RECORD: dict[str, Any] = {
    "ts": 1.0,
    "camera_id": '거실 "1" \\',
    "text": '돌봄 "\n\u2028\\',
    "x": [None, 1.5, 10**400],
    "event_type": "PROBS",
    "event_id": 'e "\\" 1',
    "received_at": 1_800_000_000.25,
}


def test_line_is_json_that_any_tool_reads_and_gives_the_record_back() -> None:
    line = encode(RECORD)
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    plain = json.loads(line)
    before, _, _ = line.partition(b',"crc":"')
    assert plain.pop("crc") == f"{zlib.crc32(before):08x}"
    assert plain == RECORD == decode(line)
    assert "돌봄" in line.decode()


def test_number_that_json_does_not_have_is_null() -> None:
    line = encode(RECORD | {"x": [math.inf, -math.inf, math.nan]})
    assert json.loads(line, parse_constant=pytest.fail)["x"] == [None] * 3


def test_head_is_read_without_the_rest() -> None:
    found = head(encode(RECORD))
    expected = ('e "\\" 1', "PROBS", 1_800_000_000.25, '거실 "1" \\', 1.0, None)
    assert found == expected == head_of(RECORD)
    labelled = {"later": 1, **RECORD, "event": 'a "fall"'}
    assert head(encode(labelled)) == head_of(labelled) == (*expected[:-1], 'a "fall"')
    assert head(encode(RECORD | {"event": None})) == expected


def test_checksum_of_the_sender_gives_way_to_ours() -> None:
    assert decode(encode({"crc": "00000000", **RECORD})) == RECORD


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"no JSON\n",
        b"\xff\xfe\n",
        json.dumps(RECORD).encode() + b"\n",
        encode(RECORD)[:-1],
        encode(RECORD) + b"\n",
        encode(RECORD)[1:],
        b'{"a":1,"crc":"%08x"}\n' % zlib.crc32(b'{"b":1'),
    ],
)
def test_line_without_its_checksum_is_no_record(line: bytes) -> None:
    assert decode(line) is None
    assert head(line) is None


def test_every_flip_of_a_bit_is_noticed() -> None:
    line = encode(RECORD)
    for place in range(len(line)):
        for bit in range(8):
            flipped = bytearray(line)
            flipped[place] ^= 1 << bit
            assert decode(bytes(flipped)) is None
