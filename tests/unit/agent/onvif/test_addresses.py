"""Addresses that cameras name."""

import pytest
from pydantic import SecretStr

from agent.onvif.addresses import at_host, is_address, with_login
from agent.onvif.errors import OnvifError
from agent.onvif.login import Login


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.168.0.12", True), ("192.168.0.12:8080", True), ("DC-1.2", False),
        ("4fa0c5b0-1dd2-11b2-a105-000000000007", False), ("", False), ("1.2.3.4/a", False),
    ],
)  # fmt: skip
def test_address_is_told_from_an_id(text: str, expected: bool) -> None:
    assert is_address(text) is expected


def test_address_of_a_stream_stays_at_the_camera() -> None:
    url = "rtsp://admin:old@10.99.99.99:554/live?ch=1#x"
    assert at_host(url, "192.168.0.12") == "rtsp://192.168.0.12:554/live?ch=1"


@pytest.mark.parametrize("url", ["", "file:///etc", "//host/a", "rtsp://a:port/b", "http://[::"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(OnvifError, match="an address that is none"):
        at_host(url, "192.168.0.12")


def test_login_is_quoted_into_the_address() -> None:
    login = Login(user="ad min", password=SecretStr("p@ss/w:rd#1"))
    found = with_login("rtsp://192.168.0.12:554/live", login)
    assert found == "rtsp://ad%20min:p%40ss%2Fw%3Ard%231@192.168.0.12:554/live"
    assert with_login("rtsp://192.168.0.12/live", None) == "rtsp://192.168.0.12/live"
