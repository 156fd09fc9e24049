"""XML of strangers."""

import pytest

from agent.onvif.errors import OnvifError
from agent.onvif.safe_xml import parse, text_at
from testkit.onvif_camera import ENTITIES


@pytest.mark.parametrize(
    "data",
    [
        ENTITIES,
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
        b"<a>&unknown;</a>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b"",
        b"<a>",
        b"\0\0\0",
    ],
)
def test_entities_and_what_is_no_xml_are_refused(data: bytes) -> None:
    with pytest.raises(OnvifError, match="no XML"):
        parse(data)


def test_text_is_found_in_any_namespace() -> None:
    root = parse(b'<a xmlns:x="urn:x"><x:b><c xmlns="urn:y"> deep </c></x:b></a>')
    assert text_at(root, "b", "c") == "deep"
    assert text_at(root, "b", "d") == text_at(None, "b") == ""


def test_ten_thousand_levels_are_borne() -> None:
    assert text_at(parse(b"<a>" * 10_000 + b"</a>" * 10_000), "b") == ""
