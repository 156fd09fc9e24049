"""What a simulated box says: events of the contract, as a camera box makes them."""

from contract.events import EVENT, End, Heartbeat, Probs, Start
from testkit.simulated_boxes.camera import SimulatedCamera
from testkit.simulated_boxes.plan import ClockError, SimulatedBox, SimulatedFall, Span
from testkit.simulated_boxes.timeline import Due, Happening

STARTED = 1_795_939_200.0
PLAN = SimulatedBox(
    "room-1",
    in_sight=(Span(0.0, 20.0),),
    fall=SimulatedFall(10.0, 12.5, still_down=60.0),
    clock=(ClockError(30.0, -600.0),),
)


def camera() -> SimulatedCamera:
    return SimulatedCamera(PLAN, "room-1.h2", STARTED, wall_clock=lambda: STARTED)


def test_beat_says_who_is_in_sight_and_what_waits() -> None:
    seen = camera().event(Due(5.0, Happening.HEARTBEAT), 3)
    assert isinstance(seen, Heartbeat)
    assert (seen.camera_id, seen.ts, seen.outbox_length) == ("room-1.h2", STARTED + 5.0, 3)
    assert (seen.picture, seen.fps) == ("ok", 15.0)
    assert (seen.pose_share or 0) > 0.5
    assert (seen.walked_sec or 0) > 0
    empty = camera().event(Due(25.0, Happening.HEARTBEAT), 0)
    assert isinstance(empty, Heartbeat)
    assert empty.pose_share == 0.0


def test_fall_is_one_incident_and_still_down_another() -> None:
    box = camera()
    start, end = (
        box.event(Due(at, what), 0)
        for at, what in ((10.0, Happening.FALL_BEGINS), (12.5, Happening.FALL_ENDS))
    )
    assert isinstance(start, Start)
    assert isinstance(end, End)
    assert start.incident_id == end.incident_id
    assert (end.event, end.duration_sec, end.state) == ("fall", 2.5, "lying")
    down = box.event(Due(42.5, Happening.STILL_DOWN_BEGINS), 0)
    assert isinstance(down, Start)
    assert down.incident_id != start.incident_id
    assert down.event == "still_down"


def test_every_event_has_an_id_of_its_own_and_is_of_the_contract() -> None:
    box = camera()
    events = [box.event(Due(at, Happening.PROBS), 0) for at in (1.0, 2.0, 3.0)]
    assert all(isinstance(event, Probs) for event in events)
    assert len({event.event_id for event in events}) == 3
    for event in events:
        EVENT.validate_json(event.model_dump_json(exclude_unset=True))


def test_wrong_clock_shows_in_the_stamps() -> None:
    late = camera().event(Due(31.0, Happening.HEARTBEAT), 0)
    assert late.ts == STARTED + 31.0 - 600.0
