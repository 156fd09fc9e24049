"""What is asked and answered in WS-Discovery."""

import pytest

from agent.onvif.announcement import Announcement, announcements, probe

ASKED = "6b4fd7d2-5f3c-4c3f-9d0e-000000000001"
HOST = "192.168.0.12"
CAMERA = "4fa0c5b0-1dd2-11b2-a105-000000000007"
SCOPES = (
    "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Front%20door "
    "onvif://www.onvif.org/hardware/DC-1 onvif://www.onvif.org/location/%EA%B1%B0%EC%8B%A4"
)


def answer(
    *,
    related: str = f"urn:uuid:{ASKED}",
    address: str = f"urn:uuid:{CAMERA.upper()}",
    types: str = "dn:NetworkVideoTransmitter tds:Device",
    scopes: str = SCOPES,
    urls: str = f"http://{HOST}/onvif/device_service",
) -> bytes:
    return f"""<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Header>
<a:RelatesTo>{related}</a:RelatesTo></e:Header><e:Body><d:ProbeMatches><d:ProbeMatch>
<a:EndpointReference><a:Address>{address}</a:Address></a:EndpointReference><d:Types>{types}</d:Types>
<d:Scopes>{scopes}</d:Scopes><d:XAddrs>{urls}</d:XAddrs></d:ProbeMatch></d:ProbeMatches>
</e:Body></e:Envelope>""".encode()


def read(data: bytes) -> list[Announcement]:
    return list(announcements(data, HOST, ASKED))


def test_camera_is_read_with_its_names_and_the_id_that_stays() -> None:
    url = f"http://{HOST}/onvif/device_service"
    assert read(answer()) == [Announcement(CAMERA, HOST, url, "Front door", "DC-1", "거실")]


def test_question_is_for_cameras_and_has_the_id_that_answers_name() -> None:
    asked = probe(ASKED).decode()
    assert f"urn:uuid:{ASKED}<" in asked
    assert "dn:NetworkVideoTransmitter" in asked


@pytest.mark.parametrize(
    "data",
    [
        answer(related="urn:uuid:another"),
        answer(related=""),
        answer(types="p:Printer", scopes="ldap:///ou=printers"),
        answer(address=""),
        answer(address="urn:uuid:a b"),
        answer(address="urn:uuid:" + "7" * 200),
        answer(urls=""),
        answer(urls="file:///etc/passwd"),
        answer(urls="http://[broken/onvif"),
        b"",
        b"\xff\xfe<",
        b"<e:Envelope>",
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + answer(),
    ],
)
def test_what_is_no_answer_of_a_camera_to_us_is_passed_over(data: bytes) -> None:
    assert read(data) == []


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        ("http://169.254.1.1/a http://192.168.0.12:8080/b", "http://192.168.0.12:8080/b"),
        ("https://192.168.0.12/b http://192.168.0.12/c", "http://192.168.0.12/c"),
        ("http://10.0.0.1:8000/onvif/x", "http://192.168.0.12:8000/onvif/x"),
        ("http://router.example/steal?a=1", "http://192.168.0.12/steal?a=1"),
        ("http://user:word@192.168.0.12/d", "http://192.168.0.12/d"),
    ],
)
def test_only_the_host_that_has_answered_is_asked(urls: str, expected: str) -> None:
    (found,) = read(answer(urls=urls))
    assert found.url == expected


def test_names_are_one_visible_line() -> None:
    scopes = f"onvif://www.onvif.org/name/a%0Ab%E2%80%AE{'c' * 300}"
    (found,) = read(answer(scopes=scopes))
    assert found.name == "a b " + "c" * 56
