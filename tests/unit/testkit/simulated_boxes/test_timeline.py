"""When a simulated box makes which event."""

from collections import Counter

from testkit.simulated_boxes.plan import SimulatedBox, SimulatedFall, Span
from testkit.simulated_boxes.timeline import Due, Happening, timeline


def test_empty_room_has_a_beat_each_ten_seconds() -> None:
    found = list(timeline(SimulatedBox("a"), phase=0.5, seconds=60.0))
    assert found == [Due(at, Happening.HEARTBEAT) for at in (5.0, 15.0, 25.0, 35.0, 45.0, 55.0)]


def test_somebody_in_sight_has_scores_each_second() -> None:
    box = SimulatedBox("a", in_sight=(Span(3.0, 6.5), Span(55.0, 90.0)))
    found = Counter(due.what for due in timeline(box, 0.0, 60.0))
    assert found[Happening.PROBS] == 4 + 5


def test_fall_comes_in_its_order_among_the_rest() -> None:
    fall = SimulatedFall(20.0, 22.5, still_down=40.0)
    found = list(timeline(SimulatedBox("a", (Span(0.0, 30.0),), fall), 0.3, 200.0))
    assert found == sorted(found)
    assert [(due.at, due.what) for due in found if due.what >= Happening.FALL_BEGINS] == [
        (20.0, Happening.FALL_BEGINS),
        (22.5, Happening.FALL_ENDS),
        (52.5, Happening.STILL_DOWN_BEGINS),
        (92.5, Happening.STILL_DOWN_ENDS),
    ]


def test_nothing_is_due_after_the_end() -> None:
    box = SimulatedBox("a", fall=SimulatedFall(58.0, 61.0))
    found = [due.what for due in timeline(box, 0.0, 60.0) if due.what != Happening.HEARTBEAT]
    assert found == [Happening.FALL_BEGINS]
