"""Where this server may push to."""

import pytest

from backend.alerts.channels.base import ChannelError
from backend.contacts.push.endpoint import check_address, check_endpoint, origin_of

NOBODY: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/cK3:APA91b",
        "https://fcm.googleapis.com:443/wp/x",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://web.push.apple.com/QGuQ",
        "https://db5p.notify.windows.com/w/?token=x",
    ],
)
def test_push_service_of_a_browser_is_taken(endpoint: str) -> None:
    check_endpoint(endpoint, NOBODY)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://192.168.0.1/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::1",
        "https://localhost/x",
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@192.168.0.1/x",
        "https://fcm.googleapis.com:x@192.168.0.1/x",
        "https://192.168.0.1/fcm.googleapis.com",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil-notify.windows.com.example/x",
        "https://notify.windows.com/x",
        "https://evil.example/x",
        "https://a..push.apple.com/x",
        "https://.push.apple.com/x",
        "https://-.push.apple.com/x",
        f"https://{'a' * 64}.push.apple.com/x",
        "https://[::1].push.apple.com/x",
        "https://[2001:4860:4860::8888].push.apple.com/x",
        "https://evil.example:443:.push.apple.com/x",
        "https://evil.example\\.push.apple.com/x",
        "https://evil.example%2f.push.apple.com/x",
        "https://evil.example .push.apple.com/x",
        "https://fcm.googleapis.com\\@evil.example/x",
        "https://fcm.googleapis.com/\r\nHost: evil.example",
        "https://fcm.googleapis.com\u3002evil.example/x",
        "file:///etc/passwd",
        "//fcm.googleapis.com/x",
        "no-url",
    ],
)
def test_any_other_address_is_refused_without_being_repeated(endpoint: str) -> None:
    with pytest.raises(ValueError, match="expected an https endpoint") as caught:
        check_endpoint(endpoint, NOBODY)
    assert endpoint not in str(caught.value)


def test_host_of_the_setting_is_taken_with_its_port_alone() -> None:
    allowed = frozenset({"127.0.0.1:8200"})
    check_endpoint("http://127.0.0.1:8200/x", allowed)
    check_address("http://127.0.0.1:8200/x", allowed)
    for other in ("http://127.0.0.1/x", "http://127.0.0.1:8201/x", "ftp://127.0.0.1:8200/x"):
        with pytest.raises(ValueError, match="expected"):
            check_endpoint(other, allowed)


@pytest.mark.parametrize(
    "name", ["localhost", "127.0.0.1", "10.0.0.1", "192.168.0.1", "169.254.169.254"]
)
def test_name_that_leads_into_the_house_is_not_asked(name: str) -> None:
    with pytest.raises(ChannelError, match="leads into the house"):
        check_address(f"https://{name}/x", NOBODY)


def test_token_is_for_scheme_and_host() -> None:
    assert origin_of("https://fcm.googleapis.com/fcm/send/x") == "https://fcm.googleapis.com"
