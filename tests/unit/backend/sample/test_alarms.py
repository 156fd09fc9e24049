"""What is reported as a fall, and what people say of it."""

from datetime import date
from functools import cache
from itertools import pairwise

import pytest

from backend.escalation.answer import Answer, Verdict
from backend.sample.alarms import DAY_SEC, HOUR_SEC, Alarm, Cause, alarm_name, reports
from backend.sample.people import Said, said_of
from backend.sample.plan import Plan, SampleWanted, plan_of
from backend.sample.troubles import troubles_of
from backend.sample.words import WORDS
from contract.events import FALL, ON_FLOOR, STILL_DOWN, End, Start


@cache
def planned() -> Plan:
    return plan_of(SampleWanted(last=date(2026, 11, 22)))


def of(cause: Cause) -> list[Alarm]:
    return [alarm for alarm in planned().alarms if alarm.cause is cause]


def said(alarm: Alarm) -> list[Said]:
    return list(said_of(alarm, WORDS["en"], 1))


def test_false_alarms_have_their_hours() -> None:
    hours = {cause: {int(it.at % DAY_SEC // HOUR_SEC) for it in of(cause)} for cause in Cause}
    assert hours[Cause.CAT] == {18}
    assert hours[Cause.SUNLIGHT] == {8}
    assert len(of(Cause.CAT)) == len(planned().story.cat_days) > 20


@pytest.mark.parametrize(
    ("cause", "labels"),
    [
        (Cause.CAT, [FALL]),
        (Cause.SUNLIGHT, [FALL]),
        (Cause.FALL, [FALL, STILL_DOWN]),
        (Cause.SLIDE, [ON_FLOOR]),
    ],
)
def test_each_start_has_its_end(cause: Cause, labels: list[str]) -> None:
    alarm = of(cause)[0]
    events = list(reports(alarm, 1e9))
    assert [type(event) for event in events] == [Start, End] * len(labels)
    assert [event.event for event in events[::2]] == labels
    assert all(alarm_name(event) == alarm.name for event in events)
    assert all(before.ts < after.ts for before, after in pairwise(events))
    assert len({event.event_id for event in events}) == len(events)


def test_false_alarm_is_answered_at_once_with_its_reason() -> None:
    for alarm in of(Cause.CAT):
        answered, noted = said(alarm)
        assert answered.answer is Answer.ALL_WELL
        assert 8.0 < answered.at - alarm.at < 400.0
        assert noted.note == WORDS["en"].cat


def test_fall_is_answered_while_the_person_is_down_and_judged_afterwards() -> None:
    for alarm in (*of(Cause.FALL), *of(Cause.SLIDE)):
        words = said(alarm)
        up_at = alarm.at + alarm.floor_sec
        assert alarm.at < words[0].at < up_at
        assert words[0].answer in (Answer.GOING, Answer.CALLED_119)
        (verdict,) = [it for it in words if it.verdict]
        assert verdict.verdict is Verdict.FALL
        assert verdict.at > up_at


def test_camera_that_is_away_and_the_dark_are_reported_once() -> None:
    plan = planned()
    events = list(troubles_of(plan.story, plan.cameras, plan.began))
    shown = [(event.event, event.camera_id, type(event)) for event in events]
    assert shown == [
        ("camera_silent", "kitchen", Start),
        ("camera_silent", "kitchen", End),
        ("camera_dark", "living-room", Start),
        ("camera_dark", "living-room", End),
    ]
    assert events[1].duration_sec == pytest.approx(2 * DAY_SEC, abs=100.0)
