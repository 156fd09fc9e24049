"""What a client may send, packet by packet."""

import json

import pytest
from socketio.packet import BINARY_EVENT, EVENT

from backend.live.packet_checks import MALFORMED, CheckedPacket, is_expected

PLACEHOLDER = {"_placeholder": True, "num": 0}


@pytest.mark.parametrize("packet", ["1", "3", "40", '40{"token":"x"}', "41"])
def test_stranger_may_come_and_go(packet: str) -> None:
    assert is_expected(packet, is_admitted=False)
    assert is_expected(packet, is_admitted=True)


@pytest.mark.parametrize("packet", ['42["image_data"]', '451-["image_data"]', b"picture"])
def test_event_is_for_those_who_have_said_who_they_are(packet: str | bytes) -> None:
    assert is_expected(packet, is_admitted=True)
    assert not is_expected(packet, is_admitted=False)


@pytest.mark.parametrize(
    "packet",
    [
        "",
        "0",
        "2",
        "2probe",
        "30",
        "4",
        "43",
        "44",
        "46",
        "4[",
        "5",
        "6",
        "7",
        "b",
        "x",
        "1\n",
        "²",
    ],
)
def test_what_no_client_sends_is_not_expected(packet: str) -> None:
    assert not is_expected(packet, is_admitted=True)


def test_event_with_a_picture_is_read() -> None:
    packet = CheckedPacket(encoded_packet=f'51-["image_data",{json.dumps({"image": PLACEHOLDER})}]')
    assert packet.packet_type == BINARY_EVENT
    assert packet.add_attachment(b"picture")
    assert packet.data == ["image_data", {"image": b"picture"}]


@pytest.mark.parametrize(
    "encoded",
    [
        b"2",
        "2",
        "2[]",
        "2{}",
        "2[1]",
        '2["disconnect"]',
        '2["connect",{}]',
        '2["*"]',
        '2["x"',
        "2" + "[" * 100_000,
        '517-["x"]',
        '50-["x"]',
        '21-["x"]',
        '59999999999-["x"]',
        "2" + "1" * 200 + "[]",
        "x",
    ],
)
def test_packet_that_cannot_be_read_is_malformed(encoded: str | bytes) -> None:
    packet = CheckedPacket(encoded_packet=encoded)
    assert (packet.packet_type, packet.data, packet.attachment_count) == (EVENT, [MALFORMED], 0)


@pytest.mark.parametrize("num", [1, -2, "x", None, {}])
def test_attachment_that_nothing_asks_for_is_malformed(num: object) -> None:
    wanted = json.dumps({"image": {"_placeholder": True, "num": num}})
    packet = CheckedPacket(encoded_packet=f'51-["image_data",{wanted}]')
    assert packet.add_attachment(b"picture")
    assert packet.data == [MALFORMED]


def test_event_with_too_many_attachments_waits_for_them_and_keeps_none() -> None:
    packet = CheckedPacket(encoded_packet='52-["image_data",{"request_id":7}]')
    assert not packet.add_attachment(b"a")
    assert packet.add_attachment(b"b")
    assert packet.data == [MALFORMED, {"request_id": 7}]
    assert packet.attachments == [b"", b""]


def test_what_the_server_says_is_encoded_as_ever() -> None:
    assert CheckedPacket(EVENT, ["event", {"a": 1}]).encode() == '2["event",{"a":1}]'
