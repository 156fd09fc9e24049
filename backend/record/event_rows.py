"""An event of the journal as a row: what the tables keep of it, in UTC."""

from collections.abc import Iterable, Iterator
from sys import intern
from typing import NamedTuple

from backend.events.journal.record import Record
from contract.events import Event

DELAY_DIGITS = 3


class EventRow(NamedTuple):
    """`at_us` is in microseconds since 1970; the rest is as in the table of events."""

    camera_id: str
    event_type: str
    at_us: int
    person: int | None
    state: str | None
    label: str | None
    incident_id: str | None
    prob: float | None
    duration_sec: float | None
    top_event: str | None
    top_prob: float | None
    fps: float | None
    pose_share: float | None
    motion_share: float | None
    missed_sec: float | None
    picture: str | None
    delay_sec: float


TYPES = {
    "camera_id": "VARCHAR",
    "event_type": "VARCHAR",
    "at_us": "BIGINT",
    "person": "BIGINT",
    "state": "VARCHAR",
    "label": "VARCHAR",
    "incident_id": "VARCHAR",
    "prob": "DOUBLE",
    "duration_sec": "DOUBLE",
    "top_event": "VARCHAR",
    "top_prob": "DOUBLE",
    "fps": "DOUBLE",
    "pose_share": "DOUBLE",
    "motion_share": "DOUBLE",
    "missed_sec": "DOUBLE",
    "picture": "VARCHAR",
    "delay_sec": "DOUBLE",
}
"""The same in DuckDB."""


def rows_of(lines: Iterable[bytes]) -> Iterator[EventRow]:
    """The events of these lines; one that is torn, foreign or of no event today is passed over."""
    for line in lines:
        if record := Record.read(line):
            yield _row(record.event, record.received_at)


def _row(event: Event, received_at: float) -> EventRow:
    said = vars(event)  # only its fields: what else was sent may be anything
    return EventRow(
        camera_id=intern(event.camera_id),
        event_type=intern(event.event_type.value),
        at_us=round(event.ts * 1e6),
        person=event.person,
        state=_once(event.state),
        label=_once(said.get("event")),
        incident_id=said.get("incident_id"),
        prob=said.get("prob"),
        duration_sec=said.get("duration_sec"),
        top_event=_once(said.get("top_event")),
        top_prob=said.get("top_prob"),
        fps=said.get("fps"),
        pose_share=said.get("pose_share"),
        motion_share=said.get("motion_share"),
        missed_sec=said.get("missed_sec"),
        picture=_once(said.get("picture")),
        delay_sec=round(received_at - event.ts, DELAY_DIGITS),
    )


def _once(text: str | None) -> str | None:
    """A text that is the same in most events, held once."""
    return None if text is None else intern(text)
