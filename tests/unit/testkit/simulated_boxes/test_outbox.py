"""The outbox of a simulated box has the order of a real one."""

from contract.events import EVENT, Event
from testkit.simulated_boxes.outbox import SimulatedOutbox


def event(kind: str, number: int) -> Event:
    said = {"event_type": kind, "event_id": f"e-{number}", "camera_id": "a", "ts": 1.0}
    more = {"event": "fall"} if kind in {"START", "END"} else {}
    return EVENT.validate_python(said | more)


def test_incidents_go_first_and_alone_and_all_stay_until_confirmed() -> None:
    outbox = SimulatedOutbox()
    kinds = ["HEARTBEAT", "PROBS", "START", "PROBS", "END"]
    events = [event(kind, number) for number, kind in enumerate(kinds)]
    for each in events:
        outbox.put(each)
    assert outbox.oldest() == outbox.oldest() == [events[2], events[4]]
    outbox.confirm(outbox.oldest())
    assert outbox.oldest() == [events[0], events[1], events[3]]
    outbox.confirm(outbox.oldest()[:1])
    assert outbox.oldest() == [events[1], events[3]]
    assert len(outbox) == 2


def test_batch_is_bounded() -> None:
    outbox = SimulatedOutbox()
    for number in range(250):
        outbox.put(event("PROBS", number))
    assert len(outbox.oldest()) == 100
