"""What the people of the household say of an alarm, and when: simulated. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backend.escalation.answer import Answer, Verdict
from backend.sample.alarms import Alarm, Cause
from backend.sample.words import Words

OWNER_ID, CAREGIVER_ID = 1, 2
OWNER_ANSWERS = 0.8
"""How often the owner does, before the caregiver is notified too."""
SECOND_AFTER_SEC = 180.0
"""As the household has it: then the caregiver is notified."""


@dataclass(frozen=True)
class Said:
    """One thing that a person says of the incident of an alarm, at `at` (since the record began).

    One of the four: an answer, that it is over, a verdict, a note.
    """

    at: float
    alarm: Alarm
    person_id: int
    answer: Answer | None = None
    is_over: bool = False
    verdict: Verdict | None = None
    note: str | None = None


def said_of(alarm: Alarm, words: Words, seed: int) -> Iterator[Said]:
    """All that is said of it, in the order of its time: an answer first."""
    chance = np.random.default_rng((seed, 6, round(alarm.at)))
    person_id, delay = _who(chance)
    at = alarm.at + alarm.told_after_sec + delay
    if alarm.cause.is_false:
        yield Said(at, alarm, person_id, answer=Answer.ALL_WELL)
        note = words.cat if alarm.cause is Cause.CAT else words.sunlight
    else:
        is_urgent = chance.random() < 0.25
        answer = Answer.CALLED_119 if is_urgent else Answer.GOING
        yield Said(at, alarm, person_id, answer=answer)
        at = max(at, alarm.at + alarm.floor_sec) + 90.0
        if alarm.cause is Cause.FALL:
            yield Said(at, alarm, person_id, is_over=True)
        yield Said(at + 20.0, alarm, person_id, verdict=Verdict.FALL)
        note = words.fall if alarm.cause is Cause.FALL else words.slide
    yield Said(at + 60.0, alarm, person_id, note=note)


def _who(chance: np.random.Generator) -> tuple[int, float]:
    """Who answers, and how many seconds after the first alert."""
    delay = float(np.clip(chance.lognormal(np.log(55.0), 0.6), 8.0, 170.0))
    if chance.random() < OWNER_ANSWERS:
        return OWNER_ID, round(delay, 1)
    return CAREGIVER_ID, round(SECOND_AFTER_SEC + delay, 1)
