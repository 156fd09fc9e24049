"""The event log of a server whose clock is set while it runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


def years_of(server: Any) -> list[str]:
    """The years that the log's files name, in their order."""
    files = sorted(path.name for path in (server.data_dir / "events").glob("*.jsonl"))
    return [name.split("-")[2] for name in files]


@pytest.mark.skipif(not FAKETIME.exists(), reason="needs libfaketime")
def test_minute_of_a_wrong_clock_moves_no_later_event_and_loses_none(
    server_factory: Callable[..., Any],
    make_event: Callable[..., dict[str, Any]],
    tmp_path: Path,
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("+0")
    server = server_factory(
        LD_PRELOAD=FAKETIME,
        FAKETIME_TIMESTAMP_FILE=clock,
        FAKETIME_NO_CACHE=1,
        FAKETIME_DONT_FAKE_MONOTONIC=1,
        EVENT_LOG_DAYS=9,
    )
    events = [make_event("PROBS", seq=number) for number in range(5)]
    for event, offset in zip(events[:4], ["+0", "+1000d", "+1000d", "+0"], strict=True):
        clock.write_text(offset)
        server.send(event)
    years = years_of(server)
    assert len(years) == 3
    assert years[0] == years[2] != years[1]
    server.restart()
    server.send(events[4], *events)
    assert years_of(server) == years
    probs = [record for record in server.records() if record["event_type"] == "PROBS"]
    assert [record["seq"] for record in probs] == [0, 1, 2, 3, 4]
    recent = server.recent(event_type="PROBS")
    assert [record["seq"] for record in recent] == [4, 3, 2, 1, 0]
