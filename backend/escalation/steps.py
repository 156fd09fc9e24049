"""Which step is next until somebody answers. Pure: the same course gives the same step.

round 0 -> 1 -> 2 …      each after `repeat_sec`, to more people as time goes by
all were notified  ->    `exhausted` after another `repeat_sec`; rounds every `unanswered_sec`
"I am going"       ->    `ask` after `ask_again_sec`; without an answer to that, rounds again
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from backend.escalation.answer import Answer

FIRST, SECOND, ALL = 1, 2, 3
"""The stages: who is notified first, who follows, and everybody."""
PATIENCE = 3
"""Whoever is asked has so many `repeat_sec` to answer."""


class Intervals(Protocol):
    """In seconds, as the household has set them. Those of stages count from round 0."""

    @property
    def repeat_sec(self) -> float:
        """Between two rounds."""

    @property
    def second_after_sec(self) -> float:
        """Until those of stage 2 are notified too."""

    @property
    def all_after_sec(self) -> float:
        """Until all are."""

    @property
    def ask_again_sec(self) -> float:
        """After which the person who is going is asked."""

    @property
    def unanswered_sec(self) -> float:
        """Between two rounds once all steps are used up."""


class StepKind(StrEnum):
    """What is done in a step."""

    NOTIFY = "notify"
    """A round to all of its stage and of those before."""
    ASK = "ask"
    """The person who is going is asked."""
    EXHAUSTED = "exhausted"
    """All were notified, and nobody has answered: that is shown."""
    REAL = "real"
    """The fall test is over and the incident is not: it is real from now on."""


@dataclass(frozen=True)
class Step:
    """One step; of its kind it is number `round`, from 1. Times are seconds since 1970 (UTC)."""

    kind: StepKind
    round: int
    stage: int
    due_at: float


@dataclass(frozen=True)
class Done:
    """A step that was done."""

    kind: StepKind
    round: int
    stage: int
    done_at: float


@dataclass(frozen=True)
class Given:
    """An answer; without a person it came with the household's key."""

    answer: Answer
    person_id: int | None
    at: float


@dataclass(frozen=True)
class Course:
    """What has happened in one escalation: round 0 at `began_at`, steps oldest first."""

    began_at: float
    done: Sequence[Done] = ()
    last: Given | None = None

    @property
    def stage(self) -> int:
        """How far people were notified."""
        return max((it.stage for it in self.done if it.kind is StepKind.NOTIFY), default=FIRST)

    @property
    def rounds(self) -> int:
        """How many there were after the first."""
        return self.number(StepKind.NOTIFY) - 1

    @property
    def asked_at(self) -> float | None:
        """When the person who answered last was asked since."""
        asked = (it.done_at for it in self._since_answer if it.kind is StepKind.ASK)
        return max(asked, default=None)

    @property
    def is_answered(self) -> bool:
        """Whether somebody has it: an answer that no round has followed but by being silent."""
        return self.last is not None and not self.went_on

    @property
    def went_on(self) -> bool:
        """Whether the person who answered last was asked and silent, so that rounds began again."""
        asked = self.asked_at
        return asked is not None and any(
            it.kind is not StepKind.ASK and it.done_at > asked for it in self._since_answer
        )

    @property
    def _since_answer(self) -> list[Done]:
        return [it for it in self.done if self.last is None or it.done_at > self.last.at]

    def number(self, kind: StepKind) -> int:
        """The number of the next step of this kind."""
        return 1 + max((it.round for it in self.done if it.kind is kind), default=0)

    def run(self, kind: StepKind) -> list[Done]:
        """The steps of this kind since the rounds began, or began again."""
        since = self.asked_at if self.last else None
        return [it for it in self.done if it.kind is kind and it.done_at > (since or 0.0)]


def next_step(course: Course, intervals: Intervals) -> Step | None:
    """The one that is next, however long it has been due; None while nothing is to be done."""
    if course.is_answered:
        return _after_answer(course, intervals)
    rounds = course.run(StepKind.NOTIFY)
    if not rounds and course.last is None:
        return _round(course, intervals, course.began_at, FIRST)
    last = rounds[-1]
    to_all = next((it.done_at for it in rounds if it.stage == ALL), None)
    if to_all is None:
        return _round(course, intervals, last.done_at, last.stage)
    if not course.run(StepKind.EXHAUSTED):
        number = course.number(StepKind.EXHAUSTED)
        return Step(StepKind.EXHAUSTED, number, ALL, to_all + intervals.repeat_sec)
    number = course.number(StepKind.NOTIFY)
    return Step(StepKind.NOTIFY, number, ALL, last.done_at + intervals.unanswered_sec)


def stage_at(began_at: float, intervals: Intervals, now: float) -> int:
    """Whom a round at `now` goes to."""
    since = now - began_at
    if since >= intervals.all_after_sec:
        return ALL
    return SECOND if since >= intervals.second_after_sec else FIRST


def _after_answer(course: Course, intervals: Intervals) -> Step | None:
    """The person who is going is asked, and the rounds go on if that brings no answer."""
    if course.last is None or course.last.answer is not Answer.GOING:
        return None
    if course.asked_at is None:
        due = course.last.at + intervals.ask_again_sec
        return Step(StepKind.ASK, course.number(StepKind.ASK), course.stage, due)
    due = course.asked_at + PATIENCE * intervals.repeat_sec
    stage = stage_at(course.began_at, intervals, due)
    return Step(StepKind.NOTIFY, course.number(StepKind.NOTIFY), stage, due)


def _round(course: Course, intervals: Intervals, last_at: float, reached: int) -> Step:
    """After `repeat_sec`, or as soon as the next stage is to be notified."""
    later = {SECOND: intervals.second_after_sec, ALL: intervals.all_after_sec}
    changes = [course.began_at + after for stage, after in later.items() if stage > reached]
    due = min([last_at + intervals.repeat_sec, *changes])
    stage = max(reached, stage_at(course.began_at, intervals, due))
    return Step(StepKind.NOTIFY, course.number(StepKind.NOTIFY), stage, due)
