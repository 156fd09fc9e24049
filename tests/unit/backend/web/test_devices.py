"""What a device is called."""

import pytest

from backend.web.devices import MAX_LENGTH, device_name

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = "Mozilla/5.0 (Linux; Android 14; SM-S911N)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{PHONE} {WEBKIT} Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        (f"{PHONE} {WEBKIT} SamsungBrowser/28.0 Chrome/130.0", "Samsung Internet, Android"),
        (f"{IPHONE} AppleWebKit/605.1.15 Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 500, "x" * MAX_LENGTH),
        ("", "?"),
    ],
)
def test_device_is_called_by_its_browser_and_its_system(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
