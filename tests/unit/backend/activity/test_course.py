"""What heartbeats and scores say of the time between them."""

from dataclasses import asdict
from typing import Any

import pytest

from backend.activity.course import AHEAD_SEC, Course, Seconds, Stretch, Walk, step
from contract.events import ENDED, EVENT, FAILED, ON_FLOOR, STILL_DOWN, STOPPED
from testkit.alone import typed

NOW = 1.8e9


def heard(*events: dict[str, Any], received_at: float = NOW + 10_000) -> list[Stretch]:
    """What these events of one camera add, whose times are seconds after NOW."""
    course: Course | None = None
    found = []
    for number, fields in enumerate(events):
        event = typed(
            {"event_id": f"e{number}", "camera_id": "hall"} | fields | {"ts": NOW + fields["ts"]}
        )
        course, stretch = step(course, event, received_at)
        if stretch:
            found.append(stretch)
    return found


def beat(ts: float, pose: float | None = 1.0, motion: float = 0.0, **fields: Any) -> dict[str, Any]:
    said = {"event_type": "HEARTBEAT", "ts": ts, "pose_share": pose, "motion_share": motion}
    return said | {"fps": 10.0, "inference": "remote", "picture": "ok"} | fields


def scores(ts: float, state: str = "normal") -> dict[str, Any]:
    return {"event_type": "PROBS", "ts": ts, "state": state}


def of(*events: dict[str, Any]) -> Seconds:
    """What the last of the events adds, each kind of it rounded."""
    return Seconds(
        **{name: round(sec, 6) for name, sec in asdict(heard(*events)[-1].seconds).items()}
    )


@pytest.mark.parametrize(
    ("pose", "motion", "seconds"),
    [
        (1.0, 1.0, Seconds(active=10)),
        (1.0, 0.0, Seconds(still=10)),
        (0.0, 0.0, Seconds(nobody=10)),
        (0.0, 1.0, Seconds(nobody=10)),  # a curtain
        (0.5, 0.2, Seconds(active=2, still=3, nobody=5)),
        (0.2, 0.5, Seconds(active=2, nobody=8)),
    ],
)
def test_somebody_is_active_still_or_not_there(
    pose: float, motion: float, seconds: Seconds
) -> None:
    assert of(beat(0), beat(10, pose, motion)) == seconds


@pytest.mark.parametrize("state", ["lying", STILL_DOWN, ON_FLOOR, "normal+lying"])
def test_whom_the_scores_call_lying_lies_however_much_moves(state: str) -> None:
    assert of(beat(0), scores(1, state), scores(2, state), beat(10, 1.0, 0.5)) == Seconds(lying=10)


def test_part_of_the_scores_is_part_of_the_time() -> None:
    said = [scores(number, "lying" if number < 3 else "normal") for number in range(12)]
    assert of(beat(0), *said, beat(12, 1.0, 0.5)) == Seconds(lying=3, active=6, still=3)


def test_scores_of_before_a_heartbeat_say_nothing_of_after_it() -> None:
    assert of(beat(0), scores(1, "lying"), beat(3), beat(6)) == Seconds(still=3)


@pytest.mark.parametrize(
    "fields",
    [
        {"picture": "dark"}, {"picture": "covered"}, {"picture": "frozen"}, {"inference": "none"},
        {"fps": 0.0}, {"state": FAILED},
    ],
    ids=str,
)  # fmt: skip
def test_box_that_cannot_see_is_blind(fields: dict[str, Any]) -> None:
    assert of(beat(0), beat(10, **fields)) == Seconds(blind=10)


@pytest.mark.parametrize("picture", ["ok", "blurred", "unchecked"])
def test_box_that_sees_badly_sees(picture: str) -> None:
    assert of(beat(0), beat(10, picture=picture)) == Seconds(still=10)


def test_what_was_walked_goes_with_the_heartbeat_that_says_it() -> None:
    said = {"walked_sec": 2.5, "walked_lengths": 1.5, "rises": 1}
    found = heard(beat(0), beat(3, **said), beat(6))
    assert [it.walk for it in found] == [Walk(2.5, 1.5, 1), Walk()]


def test_holes_in_the_stream_are_blind() -> None:
    assert of(beat(0), beat(10, missed_sec=4.0)) == Seconds(blind=4, still=6)
    assert of(beat(0), beat(10, missed_sec=400.0)) == Seconds(blind=10)


def test_silence_is_blind_once_the_box_is_back() -> None:
    assert of(beat(0), beat(300)) == Seconds(blind=300)
    assert [it.seconds for it in heard(beat(0))] == []


@pytest.mark.parametrize("state", [STOPPED, ENDED])
def test_nothing_is_counted_after_a_good_bye(state: str) -> None:
    found = heard(beat(0), beat(3, state=state), beat(300), beat(303))
    assert [(it.begin - NOW, it.end - NOW) for it in found] == [(0, 3), (300, 303)]


def test_dropped_heartbeats_are_neither_seen_nor_blind() -> None:
    gap = {"event_type": "HEARTBEAT", "state": "gap", "ts": 5, "gap_until_ts": NOW + 4000}
    found = heard(beat(0), gap, beat(4003))
    assert [(it.begin - NOW, it.end - NOW) for it in found] == [(4000, 4003)]


def test_box_that_does_not_say_who_is_there_adds_nothing() -> None:
    assert heard(beat(0), beat(3, None)) == []


def test_clock_that_is_set_back_counts_no_time_twice() -> None:
    found = heard(beat(0), beat(10), beat(-50), beat(-40))
    assert [(it.begin - NOW, it.end - NOW) for it in found] == [(0, 10), (-50, -40)]


def test_clock_far_ahead_counts_as_the_servers() -> None:
    found = heard(beat(0), beat(AHEAD_SEC + 50), received_at=NOW + 20)
    assert [it.end - NOW for it in found] == [20]


def test_who_moves_after_ten_minutes_of_rest_stirs() -> None:
    still = [beat(ts) for ts in range(30, 660, 30)]
    found = heard(beat(0), beat(3, 1.0, 0.5), *still, beat(661, 1.0, 0.5), beat(664, 1.0, 0.5))
    assert [it.end - NOW for it in found if it.stir] == [3, 661]
    assert [it.end - NOW for it in found if it.moved] == [3, 661, 664]


def test_every_second_is_counted_once() -> None:
    events = [
        beat(3 * number, number % 3 / 2, number % 5 / 4, missed_sec=number % 2)
        for number in range(99)
    ]
    found = heard(*events)
    assert sum(sum(asdict(it.seconds).values()) for it in found) == pytest.approx(3 * 98)
    assert all(share >= 0 for it in found for share in asdict(it.seconds).values())


def test_start_and_end_say_nothing_of_it() -> None:
    start = EVENT.validate_python(
        {"event_type": "START", "event_id": "e", "camera_id": "hall", "ts": NOW, "event": "fall"}
    )
    assert step(None, start, NOW) == (None, None)
