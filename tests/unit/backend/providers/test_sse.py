"""Server-sent events out of bytes, however these are cut."""

import pytest

from backend.providers.base import ProviderFailed
from backend.providers.sse import EventData

STREAM = ': ping\r\n\r\nevent: a\r\ndata: {"글":1}\r\n\r\ndata:two\ndata: lines\n\ndata: half'
DATA = ['{"글":1}', "two\nlines"]


@pytest.mark.parametrize("length", [1, 2, 3, 7, 1000])
def test_events_are_the_same_however_the_bytes_come(length: int) -> None:
    events, raw = EventData(), STREAM.encode()
    chunks = [raw[at : at + length] for at in range(0, len(raw), length)]
    assert [data for chunk in chunks for data in events.feed(chunk)] == DATA


def test_line_without_an_end_is_not_kept_for_ever() -> None:
    events = EventData()
    with pytest.raises(ProviderFailed, match="garbage"):
        events.feed(b"x" * 300_000)
