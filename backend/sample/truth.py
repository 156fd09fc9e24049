"""What is known of a sample record, exactly: for who wants to hold answers against it.

It says what the cameras could see of the simulated life: a time in which a camera had no power or
no light is left out, as the server cannot count it.
"""

from collections.abc import Sequence
from datetime import date
from statistics import median

import numpy as np
from pydantic import BaseModel, ConfigDict

from backend.escalation.answer import Answer, Verdict
from backend.sample.alarms import Cause
from backend.sample.cameras import Camera, View
from backend.sample.life import Life
from backend.sample.minutes import A_DAY, AN_HOUR, Doing
from backend.sample.story import Story

DAY_BEGINS = 4


class _Known(BaseModel):
    model_config = ConfigDict(frozen=True)


class CameraTruth(_Known):
    """A camera, and where it hangs."""

    camera_id: str
    place: str


class IncidentTruth(_Known):
    """An incident that somebody was alerted of, and what it really was.

    Times are seconds since 1970 (UTC), `hour` is the local one. `answered_after_sec` counts from
    `received_at`, when the server first heard of it. What is `part_of` another incident, such as
    somebody who is still down after a fall, was answered with it and has no verdict of its own.
    """

    incident_id: str
    camera_id: str
    label: str
    cause: Cause
    day: date
    hour: int
    began_at: float
    received_at: float
    part_of: str | None = None
    verdict: Verdict | None = None
    answer: Answer | None = None
    answered_after_sec: float | None = None
    floor_sec: float | None = None


class DayTruth(_Known):
    """A day, of all cameras together; a number that has a column of the record has its name.

    `falls` and `false_alarms` are incidents by their verdicts, `blind_hours` hours of cameras.
    What is part of another incident is among `incidents`, and not among those `answered`.
    `first_moved_hour` is 7.5 for half past seven, from DAY_BEGINS on.
    """

    day: date
    times_up_at_night: int
    active_hours: float
    still_hours: float
    lying_hours: float
    blind_hours: float
    first_moved_hour: float | None
    last_moved_hour: float | None
    walked_minutes: float
    walking_speed: float
    rises: int
    incidents: int
    falls: int
    false_alarms: int
    answered: int
    median_answer_sec: float | None


class Truth(_Known):
    """All of it."""

    is_simulated: bool = True
    seed: int
    story: Story
    cameras: tuple[CameraTruth, ...]
    days: tuple[DayTruth, ...]
    incidents: tuple[IncidentTruth, ...]


def days_of(
    story: Story, life: Life, cameras: Sequence[Camera], incidents: Sequence[IncidentTruth]
) -> tuple[DayTruth, ...]:
    """What is true of each day of the story."""
    return tuple(
        _day(number, day, life, cameras, [it for it in incidents if it.day == day])
        for number, day in enumerate(story.days.all)
    )


def _day(
    number: int,
    day: date,
    life: Life,
    cameras: Sequence[Camera],
    incidents: Sequence[IncidentTruth],
) -> DayTruth:
    of_day = slice(number * A_DAY, (number + 1) * A_DAY)
    minutes = life.minutes.part(of_day.start, of_day.stop)
    seen = np.any([camera.sees(life.minutes.room)[of_day] for camera in cameras], axis=0)
    blind = sum(np.count_nonzero(camera.views[of_day] != View.SEES) for camera in cameras)
    moved = np.flatnonzero(seen & (minutes.doing == Doing.ACTIVE)) / AN_HOUR
    moved = moved[moved >= DAY_BEGINS]
    hours = {
        what: float(np.count_nonzero(seen & (minutes.doing == what))) / AN_HOUR for what in Doing
    }
    walked = float(minutes.walked_sec[seen].sum())
    answered = [it.answered_after_sec for it in incidents if it.answered_after_sec is not None]
    return DayTruth(
        day=day,
        times_up_at_night=life.times_up[number],
        active_hours=hours[Doing.ACTIVE],
        still_hours=hours[Doing.STILL],
        lying_hours=hours[Doing.LYING] + hours[Doing.ON_FLOOR],
        blind_hours=blind / AN_HOUR,
        first_moved_hour=float(moved[0]) if len(moved) else None,
        last_moved_hour=float(moved[-1]) if len(moved) else None,
        walked_minutes=walked / 60.0,
        walking_speed=float(minutes.walked_lengths[seen].sum()) / walked,
        rises=int(minutes.rises[seen].sum()),
        incidents=len(incidents),
        falls=sum(it.verdict is Verdict.FALL for it in incidents),
        false_alarms=sum(it.verdict is Verdict.FALSE_ALARM for it in incidents),
        answered=len(answered),
        median_answer_sec=median(answered) if answered else None,
    )
