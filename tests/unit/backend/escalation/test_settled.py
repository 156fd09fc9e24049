"""Which events of late are not handed on again after a kill."""

from collections.abc import Callable

from backend.incidents.incident import key_of
from contract.events import End, Start
from testkit.clock import Clock
from testkit.escalations import EscalationAlone

Fall = Callable[..., End]


def start_of(end: End, label: str | None = None) -> Start:
    return Start(
        event_id=f"start-{end.incident_id}",
        camera_id=end.camera_id,
        ts=end.ts - 2.0,
        event=label or end.event,
        incident_id=end.incident_id,
    )


def settled(home: EscalationAlone, clock: Clock) -> set[str]:
    return home.service.settled(clock.now - 600.0)


def test_event_is_settled_once_the_ledger_has_what_it_says(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    end = fall()
    start = start_of(end)
    home.incidents.take(start, clock.now)
    assert settled(home, clock) == set(), "a kill has come between the record and the alert"
    home.hear(start)
    assert settled(home, clock) == {key_of(start)}
    home.incidents.take(end, clock.now)
    assert settled(home, clock) == {key_of(start)}
    home.hear(end)
    assert settled(home, clock) == {key_of(start), key_of(end)}


def test_incident_that_is_over_is_settled_once_those_who_were_told_of_it_know(
    home: EscalationAlone, still_down: Callable[..., Start | End], clock: Clock
) -> None:
    start, end = still_down(Start), still_down(End)
    home.hear(start)
    home.incidents.take(end, clock.now)
    assert settled(home, clock) == set()
    home.hear(end)
    assert settled(home, clock) == {key_of(start), key_of(end)}


def test_trouble_and_its_end_are_settled_each_by_itself(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    end = fall().model_copy(update={"event": "camera_silent"})
    start = start_of(end)
    home.incidents.take(start, clock.now)
    home.hear(end)
    assert settled(home, clock) == {key_of(end)}, "nobody was told that it began"
    home.hear(start)
    assert settled(home, clock) == {key_of(start), key_of(end)}


def test_what_was_received_long_before_is_not_looked_for(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    home.hear(fall())
    assert home.service.settled(clock.now + 86_401.0) == set()
