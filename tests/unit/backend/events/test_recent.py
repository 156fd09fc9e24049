"""What is kept at hand."""

import pytest

from backend.cameras.names import MAX_CAMERAS
from backend.events.journal.record import Head
from backend.events.recent import KEPT_PER_KIND, RecentEvents
from contract.events import EventType


def add(recent: RecentEvents, number: int, event_type: str = "PROBS", camera_id: str = "a") -> None:
    recent.add(*entry(number, event_type, camera_id))


def entry(number: int, event_type: str = "PROBS", camera_id: str = "a") -> tuple[bytes, Head]:
    head = Head(str(number), event_type, float(number), camera_id, float(number), None)
    return str(number).encode(), head


def test_what_goes_is_dropped_unless_it_came_later() -> None:
    recent = RecentEvents()
    for number in range(4):
        add(recent, number, camera_id="ab"[number % 2])
    before = recent.number()
    add(recent, 4)
    recent.erase(lambda line: int(line) in (1, 2, 3, 4), before)
    assert numbers(recent.newest(9)) == [4, 0]
    assert recent.newest(9, is_wanted="b".__eq__) == []
    add(recent, 5, camera_id="b")
    assert numbers(recent.newest(9)) == [5, 4, 0]


def numbers(lines: list[bytes]) -> list[int]:
    return list(map(int, lines))


@pytest.fixture
def recent() -> RecentEvents:
    recent = RecentEvents()
    kinds = [("START", "a"), ("PROBS", "b"), ("PROBS", "a"), ("END", "a"), ("PROBS", "a")]
    for number, (event_type, camera_id) in enumerate(kinds):
        add(recent, number, event_type, camera_id)
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
    found = recent.newest(limit, event_type, lambda name: camera_id in (None, name))
    assert numbers(found) == expected


def test_chatty_type_and_chatty_camera_hide_no_other(recent: RecentEvents) -> None:
    for number in range(5, 5 + 3 * KEPT_PER_KIND):
        add(recent, number)
    assert numbers(recent.newest(1, EventType.START)) == [0]
    assert numbers(recent.newest(1, is_wanted="b".__eq__)) == [1]
    kept = recent.newest(10 * KEPT_PER_KIND, EventType.PROBS, "a".__eq__)
    assert len(kept) == KEPT_PER_KIND
    assert numbers(kept)[0] == 4 + 3 * KEPT_PER_KIND


def test_what_is_older_stands_behind_all_others_as_far_as_there_is_room(
    recent: RecentEvents,
) -> None:
    recent.add_older(*entry(-1, "END"))
    recent.add_older(*entry(-2, "START"))
    assert numbers(recent.newest(9)) == [4, 3, 2, 1, 0, -1, -2]
    for number in range(5, 5 + KEPT_PER_KIND):
        add(recent, number)
    recent.add_older(*entry(-3))
    assert -3 not in numbers(recent.newest(2 * KEPT_PER_KIND))


def test_made_up_cameras_push_out_the_one_that_has_been_silent_longest(
    recent: RecentEvents,
) -> None:
    for number in range(2 * MAX_CAMERAS):
        add(recent, number, "HEARTBEAT", f"made up {number}")
        add(recent, number, "HEARTBEAT", "b")
    assert numbers(recent.newest(10, EventType.PROBS)) == [1]  # a's are gone, b's are not
    assert len(recent.newest(10**6, EventType.HEARTBEAT)) == KEPT_PER_KIND + MAX_CAMERAS - 1
