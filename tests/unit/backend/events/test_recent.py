"""What is kept at hand."""

from typing import Any

import pytest

from backend.events.recent import KEPT_PER_KIND, MAX_CAMERAS, RecentEvents
from contract.events import EventType


def record(number: int, event_type: str = "PROBS", camera_id: str = "a") -> dict[str, Any]:
    return {
        "number": number,
        "event_type": event_type,
        "camera_id": camera_id,
        "received_at": float(number),
    }


def numbers(records: list[dict[str, Any]]) -> list[int]:
    return [record["number"] for record in records]


@pytest.fixture
def recent() -> RecentEvents:
    recent = RecentEvents()
    kinds = [("START", "a"), ("PROBS", "b"), ("PROBS", "a"), ("END", "a"), ("PROBS", "a")]
    for number, (event_type, camera_id) in enumerate(kinds):
        recent.add(record(number, event_type, camera_id))
    return recent


@pytest.mark.parametrize(
    ("limit", "event_type", "camera_id", "expected"),
    [
        (10, None, None, [4, 3, 2, 1, 0]),
        (2, None, None, [4, 3]),
        (10, EventType.PROBS, None, [4, 2, 1]),
        (10, None, "a", [4, 3, 2, 0]),
        (1, EventType.PROBS, "a", [4]),
        (10, EventType.END, "b", []),
        (10, None, "nobody", []),
    ],
)
def test_newest_come_first_filtered_then_limited(
    recent: RecentEvents,
    limit: int,
    event_type: EventType | None,
    camera_id: str | None,
    expected: list[int],
) -> None:
    assert numbers(recent.newest(limit, event_type, camera_id)) == expected


def test_chatty_type_and_chatty_camera_hide_no_other(recent: RecentEvents) -> None:
    for number in range(5, 5 + 3 * KEPT_PER_KIND):
        recent.add(record(number))
    assert numbers(recent.newest(1, EventType.START)) == [0]
    assert numbers(recent.newest(1, camera_id="b")) == [1]
    kept = recent.newest(10 * KEPT_PER_KIND, EventType.PROBS, "a")
    assert len(kept) == KEPT_PER_KIND
    assert kept[0]["number"] == 4 + 3 * KEPT_PER_KIND


def test_heartbeats_come_in_their_order_and_each_once(recent: RecentEvents) -> None:
    assert recent.heartbeats() == []
    for number, camera_id in enumerate("aba"):
        recent.add(record(number, "HEARTBEAT", camera_id))
    told = recent.heartbeats()
    assert [beat["number"] for _, beat in told] == [0, 1, 2]
    read = told[1][0]
    assert [beat["number"] for _, beat in recent.heartbeats(read)] == [2]
    assert recent.heartbeats(told[-1][0]) == []
    recent.add(record(3, "HEARTBEAT", "b"))
    assert [beat["number"] for _, beat in recent.heartbeats(told[-1][0])] == [3]


def test_camera_is_given_up_until_it_is_heard_again(recent: RecentEvents) -> None:
    recent.add(record(0, "HEARTBEAT", "a"))
    recent.add(record(1, "HEARTBEAT", "b"))
    for camera_id in "ab":
        recent.add({**record(2, "END", camera_id), "state": "forgotten"})
    assert recent.forgotten() == {"a", "b"}
    recent.add(record(3, "HEARTBEAT", "b"))
    assert recent.forgotten() == {"a"}
    recent.add({**record(4, "END", "a"), "state": "stopped"})
    assert recent.forgotten() == set()


def test_heartbeat_that_stands_for_dropped_events_says_nothing_of_the_camera(
    recent: RecentEvents,
) -> None:
    recent.add(record(0, "HEARTBEAT", "a"))
    recent.add({**record(1, "HEARTBEAT", "a"), "state": "gap"})
    recent.add({**record(2, "HEARTBEAT", "b"), "state": "gap"})
    assert [beat["number"] for _, beat in recent.heartbeats()] == [0]
    assert numbers(recent.newest(2, EventType.HEARTBEAT)) == [2, 1]


def test_made_up_cameras_push_out_the_one_that_has_been_silent_longest(
    recent: RecentEvents,
) -> None:
    for number in range(10 * MAX_CAMERAS):
        recent.add(record(number, "HEARTBEAT", f"made up {number}"))
        recent.add(record(number, "HEARTBEAT", "b"))
    beats = {beat["camera_id"]: beat["number"] for _, beat in recent.heartbeats()}
    assert len(beats) == MAX_CAMERAS
    assert beats["b"] == 10 * MAX_CAMERAS - 1
    assert numbers(recent.newest(10, EventType.PROBS)) == [1]  # a's are gone, b's are not
    recent.add(record(0, "HEARTBEAT", "a"))
    assert "a" in {beat["camera_id"] for _, beat in recent.heartbeats()}


def incident(ts: float, event_type: str = "START", late_by: float = 1.0) -> dict[str, Any]:
    """One of camera `a`."""
    return record(int(ts), event_type) | {"ts": ts, "received_at": ts + late_by}


def test_incidents_of_a_day_are_those_that_happened_on_it() -> None:
    recent = RecentEvents()
    # The last one waited on the camera box for two days.
    times = [("START", 99), ("START", 100), ("END", 103), ("START", 200), ("END", 150)]
    for event_type, ts in times:
        recent.add(incident(ts, event_type, late_by=200.0 if ts == 150 else 1.0))
    recent.add(incident(120, "PROBS"))
    recent.add(incident(130) | {"camera_id": "b"})
    assert numbers(recent.incidents("a", 100, 200)) == [150, 103, 100]
    assert recent.incidents("nobody", 100, 200) == []


def test_day_whose_incidents_may_have_gone_is_not_answered_by_halves() -> None:
    recent = RecentEvents()
    for number in range(KEPT_PER_KIND + 5):
        recent.add(incident(number * 10))
    assert len(recent.incidents("a", 60, 1e9)) == KEPT_PER_KIND - 1
    with pytest.raises(LookupError):
        recent.incidents("a", 50, 1e9)


def test_day_of_a_camera_that_others_have_pushed_out_is_not_answered_as_empty() -> None:
    recent = RecentEvents()
    recent.add(incident(10))
    for number in range(MAX_CAMERAS):
        recent.add(incident(20 + number) | {"camera_id": f"made up {number}"})
    with pytest.raises(LookupError):
        recent.incidents("a", 0, 1e9)
    recent.add(incident(200))
    assert numbers(recent.incidents("a", 150, 1e9)) == [200]
    with pytest.raises(LookupError):
        recent.incidents("a", 0, 1e9)
