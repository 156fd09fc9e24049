"""Which step follows which, as a table, and over random histories."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from backend.escalation.answer import Answer
from backend.escalation.steps import (
    ALL,
    FIRST,
    SECOND,
    Course,
    Done,
    Given,
    Step,
    StepKind,
    next_step,
    stage_at,
)


@dataclass(frozen=True)
class Times:
    repeat_sec: float = 60.0
    second_after_sec: float = 180.0
    all_after_sec: float = 360.0
    ask_again_sec: float = 900.0
    unanswered_sec: float = 300.0


NOTIFY, ASK, EXHAUSTED = StepKind.NOTIFY, StepKind.ASK, StepKind.EXHAUSTED
USUAL = Times()
GOING = Given(Answer.GOING, 1, 100.0)


def rounds(*stages_at: tuple[int, float]) -> list[Done]:
    return [Done(NOTIFY, number, *it) for number, it in enumerate(stages_at, start=1)]


LADDER = rounds((FIRST, 60), (FIRST, 120), (SECOND, 180), (SECOND, 240), (SECOND, 300), (ALL, 360))


@pytest.mark.parametrize(
    ("done", "last", "step"),
    [
        ([], None, Step(NOTIFY, 1, FIRST, 60)),
        (LADDER[:1], None, Step(NOTIFY, 2, FIRST, 120)),
        (LADDER[:2], None, Step(NOTIFY, 3, SECOND, 180)),
        (LADDER[:3], None, Step(NOTIFY, 4, SECOND, 240)),
        (LADDER[:5], None, Step(NOTIFY, 6, ALL, 360)),
        (LADDER, None, Step(EXHAUSTED, 1, ALL, 420)),
        ([*LADDER, Done(EXHAUSTED, 1, ALL, 420)], None, Step(NOTIFY, 7, ALL, 660)),
        # A round that is late is followed by one repeat_sec later, and skips no stage.
        (rounds((FIRST, 170)), None, Step(NOTIFY, 2, SECOND, 180)),
        (rounds((ALL, 1000)), None, Step(EXHAUSTED, 1, ALL, 1060)),
        # Answers.
        (LADDER[:1], GOING, Step(ASK, 1, FIRST, 1000)),
        (LADDER[:1], replace(GOING, answer=Answer.CALLED_119), None),
        (LADDER[:1], replace(GOING, answer=Answer.ALL_WELL), None),
        ([*LADDER[:1], Done(ASK, 1, FIRST, 1000)], GOING, Step(NOTIFY, 2, ALL, 1180)),
        (
            [*LADDER[:1], Done(ASK, 1, FIRST, 1000), Done(NOTIFY, 2, ALL, 1180)],
            GOING,
            Step(EXHAUSTED, 1, ALL, 1240),
        ),
        # Whoever was asked has answered.
        (
            [*LADDER[:1], Done(ASK, 1, FIRST, 1000)],
            replace(GOING, at=1010.0),
            Step(ASK, 2, FIRST, 1910),
        ),
        # A round that comes of still_down begins nothing again.
        ([*LADDER[:1], Done(NOTIFY, 2, FIRST, 115)], GOING, Step(ASK, 1, FIRST, 1000)),
    ],
)
def test_step_that_follows(done: Sequence[Done], last: Given | None, step: Step | None) -> None:
    assert next_step(Course(0.0, done, last), USUAL) == step


@pytest.mark.parametrize(
    ("at", "stage"), [(0, 1), (179, 1), (180, 2), (359, 2), (360, 3), (9e9, 3)]
)
def test_stage_follows_the_time(at: float, stage: int) -> None:
    assert stage_at(1000.0, USUAL, 1000.0 + at) == stage


@pytest.mark.parametrize("seed", range(200))
def test_over_any_history_somebody_is_always_to_be_notified_until_somebody_has_it(
    seed: int,
) -> None:
    chance = random.Random(seed)  # noqa: S311
    times = Times(*(chance.uniform(1, 100) for _ in range(5)))
    times = replace(times, all_after_sec=times.second_after_sec + times.all_after_sec)
    course, now, seen = Course(0.0), 0.0, set[tuple[StepKind, int]]()
    for _ in range(60):
        step = next_step(course, times)
        if step is None:
            assert course.last is not None
            assert course.last.answer is not Answer.GOING
            return
        assert step.round == 1 + sum(it.kind is step.kind for it in course.done)
        assert step.stage >= course.stage
        assert _wait(step, course, times) <= 0.001 + max(
            times.repeat_sec * 3, times.unanswered_sec, times.ask_again_sec
        )
        # It is done in time, or after an outage; now and then somebody answers before.
        now = max(now, step.due_at) + chance.choice([0.0, 0.0, chance.uniform(0, 500)])
        if chance.random() < 0.15:
            answer = chance.choice([Answer.GOING, Answer.GOING, Answer.CALLED_119])
            course = replace(course, last=Given(answer, 1, now))
            continue
        assert (step.kind, step.round) not in seen
        seen.add((step.kind, step.round))
        stage = max(step.stage, course.stage)
        done = Done(step.kind, step.round, stage, now)
        course = replace(course, done=[*course.done, done])


def _wait(step: Step, course: Course, times: Times) -> float:
    """Seconds from whatever happened last."""
    answered = course.last.at if course.last else 0.0
    last = max([course.began_at, answered, *(it.done_at for it in course.done)])
    return step.due_at - last


@pytest.mark.parametrize("seed", range(50))
def test_without_an_answer_everybody_is_notified_in_time_and_then_it_goes_on(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    times = Times(
        repeat_sec=chance.uniform(1, 200),
        second_after_sec=chance.uniform(1, 300),
        all_after_sec=chance.uniform(300, 600),
    )
    course = Course(0.0)
    while course.number(EXHAUSTED) < 2:
        step = next_step(course, times)
        assert step is not None
        course = replace(
            course, done=[*course.done, Done(step.kind, step.round, step.stage, step.due_at)]
        )
    first = {
        stage: min(it.done_at for it in course.done if it.stage >= stage) for stage in (SECOND, ALL)
    }
    assert first[SECOND] == pytest.approx(times.second_after_sec)
    assert first[ALL] == pytest.approx(times.all_after_sec)
    following = next_step(course, times)
    assert following is not None
    assert following.due_at == pytest.approx(times.all_after_sec + times.unanswered_sec)
