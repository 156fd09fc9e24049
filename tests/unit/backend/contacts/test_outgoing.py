"""What goes out to the services that reach people."""

from contextlib import closing

import pytest

from backend.alerts.channels.base import ChannelError, Disposition
from backend.contacts.outgoing import Outgoing


@pytest.mark.parametrize(
    "url", ["https://a..example/x", f"https://{'a' * 64}.example/x", "https://[::1].example/x"]
)
def test_address_that_no_library_takes_fails_for_good_and_is_not_repeated(url: str) -> None:
    with closing(Outgoing("ntfy")) as out, pytest.raises(ChannelError) as caught:
        out.post(url, b"", {})
    assert caught.value.disposition is Disposition.PERMANENT
    assert "example" not in caught.value.reason
