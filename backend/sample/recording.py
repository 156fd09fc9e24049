"""The records of a day of a plan, as they arrive at the server. Pure."""

from collections.abc import Iterator

import numpy as np

from backend.events.journal.record import Record
from backend.sample.alarms import DAY_SEC, Alarm, reports
from backend.sample.events import day_of, good_bye
from backend.sample.minutes import A_DAY
from backend.sample.plan import Plan
from backend.sample.troubles import troubles_of
from contract.events import Event

FASTEST_SEC, SLOWEST_SEC = 0.05, 0.4
"""From an event until the server has it."""


def records_of(plan: Plan, number: int) -> list[Record]:
    """All of day `number`, in the order in which they arrive."""
    chance = np.random.default_rng((plan.wanted.seed, 7, number))
    events = list(_events(plan, number))
    delays = chance.uniform(FASTEST_SEC, SLOWEST_SEC, len(events)).tolist()
    records = [
        Record.of(event, round(event.ts + delay, 3))
        for event, delay in zip(events, delays, strict=True)
    ]
    return sorted(records, key=lambda record: record.received_at)


def alarms_on(plan: Plan, number: int) -> list[Alarm]:
    """Those of day `number`."""
    begin = number * DAY_SEC
    return [alarm for alarm in plan.alarms if begin <= alarm.at < begin + DAY_SEC]


def midnight_of(plan: Plan, number: int) -> float:
    """When day `number` begins, seconds since 1970."""
    return plan.began + number * DAY_SEC


def _events(plan: Plan, number: int) -> Iterator[Event]:
    midnight = midnight_of(plan, number)
    minutes = plan.life.minutes.part(number * A_DAY, (number + 1) * A_DAY)
    for camera in plan.cameras:
        yield from day_of(camera, minutes, number, midnight, plan.wanted.seed)
        if number + 1 == plan.wanted.days:
            yield good_bye(camera, midnight + DAY_SEC - 0.5)
    for alarm in alarms_on(plan, number):
        yield from reports(alarm, plan.began)
    for event in troubles_of(plan.story, plan.cameras, plan.began):
        if midnight <= event.ts < midnight + DAY_SEC:
            yield event
