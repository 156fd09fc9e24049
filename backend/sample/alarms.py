"""What cameras report as falls: those of the life, and what was taken for one. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np

from backend.sample.cameras import Camera
from backend.sample.life import Life
from backend.sample.minutes import Room
from backend.sample.story import CAT_HOURS, SUNLIGHT_HOURS, Story
from contract.events import (
    FALL,
    ON_FLOOR,
    OUT_OF_SIGHT,
    STILL_DOWN,
    End,
    EventType,
    IncidentEvent,
    Start,
)
from modeling.perception.incidents.on_floor import ON_FLOOR_AFTER_SEC
from modeling.perception.incidents.still_down import STILL_DOWN_AFTER_SEC

OF = "/"
HOUR_SEC, MINUTE_SEC, DAY_SEC = 3600.0, 60.0, 86_400.0
FALL_SEC = 2.1
"""From a fall's START to its END."""


class Cause(StrEnum):
    """What an alarm came of."""

    FALL = "fall"
    SLIDE = "slide"
    CAT = "cat"
    SUNLIGHT = "sunlight"

    @property
    def is_false(self) -> bool:
        """Whether nobody was on the floor."""
        return self in (Cause.CAT, Cause.SUNLIGHT)


@dataclass(frozen=True)
class Alarm:
    """What one camera took for a fall. `at` is seconds since the record began, `floor_sec` how long
    somebody was on the floor; 0 of a false one."""

    name: str
    cause: Cause
    camera: Camera
    at: float
    floor_sec: float = 0.0

    @property
    def label(self) -> str:
        """What its incident is called."""
        return ON_FLOOR if self.cause is Cause.SLIDE else FALL

    @property
    def told_after_sec(self) -> float:
        """How long after it began somebody is notified."""
        return ON_FLOOR_AFTER_SEC if self.cause is Cause.SLIDE else FALL_SEC


def alarms_of(story: Story, life: Life, cameras: Sequence[Camera], seed: int) -> list[Alarm]:
    """All of a record, in the order of their times. Who has no power or no light reports none."""
    chance = np.random.default_rng((seed, 5))
    by_room = {camera.room: camera for camera in cameras}
    sunny = cameras[-1]
    falls = [
        Alarm(
            f"fall-{fall.minute}",
            Cause.SLIDE if fall.is_slide else Cause.FALL,
            by_room[fall.room],
            fall.minute * MINUTE_SEC,
            fall.minutes * MINUTE_SEC,
        )
        for fall in life.falls
    ]
    cats = _false(Cause.CAT, by_room[Room.LIVING_ROOM], story, CAT_HOURS, chance)
    suns = _false(Cause.SUNLIGHT, sunny, story, SUNLIGHT_HOURS, chance)
    return sorted([*falls, *cats, *suns], key=lambda alarm: alarm.at)


def reports(alarm: Alarm, began: float) -> Iterator[IncidentEvent]:
    """The STARTs and ENDs of an alarm, oldest first; the record `began` then (since 1970)."""
    at = began + alarm.at
    up_at = at + alarm.floor_sec
    match alarm.cause:
        case Cause.SLIDE:
            yield from _lasting(alarm, ON_FLOOR, at, ON_FLOOR_AFTER_SEC, up_at)
        case Cause.FALL:
            yield _start(alarm, FALL, at)
            yield _end(alarm, FALL, at + FALL_SEC, FALL_SEC, "lying")
            yield from _lasting(alarm, STILL_DOWN, at + FALL_SEC, STILL_DOWN_AFTER_SEC, up_at)
        case _:
            yield _start(alarm, FALL, at)
            yield _end(alarm, FALL, at + FALL_SEC, FALL_SEC, OUT_OF_SIGHT)


def _false(
    cause: Cause, camera: Camera, story: Story, hours: tuple[int, int], chance: np.random.Generator
) -> Iterator[Alarm]:
    days = story.cat_days if cause is Cause.CAT else story.sunlight_days
    for day in days:
        second = chance.uniform(hours[0] * HOUR_SEC, hours[1] * HOUR_SEC - MINUTE_SEC)
        at = _number(story, day) * DAY_SEC + round(float(second), 1)
        yield Alarm(f"{cause}-{day}", cause, camera, at)


def _number(story: Story, day: date) -> int:
    return (day - story.days.first).days


def _lasting(
    alarm: Alarm, label: str, since: float, after_sec: float, up_at: float
) -> Iterator[IncidentEvent]:
    """Somebody is on the floor `since` then, which is said `after_sec` later, and gets up."""
    yield _start(alarm, label, since + after_sec, after_sec)
    yield _end(alarm, label, up_at, up_at - since, "normal")


def _start(alarm: Alarm, label: str, at: float, lasting: float | None = None) -> Start:
    return Start(
        event_type=EventType.START,
        **_named(alarm, label, "start"),
        ts=at,
        prob=0.93,
        duration_sec=lasting,
        state="lying",
    )


def _end(alarm: Alarm, label: str, at: float, lasting: float, state: str) -> End:
    return End(
        event_type=EventType.END,
        **_named(alarm, label, "end"),
        ts=at,
        prob=0.93,
        duration_sec=lasting,
        state=state,
    )


def _named(alarm: Alarm, label: str, what: str) -> dict[str, Any]:
    return {
        "event_id": f"{alarm.name}-{label}-{what}",
        "camera_id": alarm.camera.camera_id,
        "incident_id": f"{alarm.name}{OF}{label}",
        "event": label,
    }


def alarm_name(event: IncidentEvent) -> str:
    """Which alarm an event reports; no alarm has the name that is found in other events."""
    return (event.incident_id or "").partition(OF)[0]
