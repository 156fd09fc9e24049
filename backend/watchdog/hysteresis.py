"""From conditions to incidents: hysteresis, with time as an argument."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backend.troubles.table import TROUBLES, Trouble
from backend.watchdog.conditions import Condition, Findings
from backend.watchdog.course import Course


@dataclass(frozen=True)
class Delay:
    """Seconds for which a condition must hold until it is reported, and be gone until it is over.

    It need not hold at a stretch, since trouble comes and goes: what counts are the last `within`
    seconds, twice as many as must hold where nothing is said.
    """

    report_after: float
    resolve_after: float = 30.0
    within: float = 0.0

    @property
    def looked_back(self) -> float:
        """The seconds that count."""
        return self.within or 2 * self.report_after


def delays(silent_after: float) -> Mapping[str, Delay]:
    """Those of all troubles, where a camera is silent after `silent_after` seconds.

    That silence is its delay; a heartbeat now and then is no recovery.
    """
    heard = Delay(0, 1.5 * silent_after)
    return {name: heard if row.is_silence else _delay(row) for name, row in TROUBLES.items()}


def _delay(row: Trouble) -> Delay:
    return Delay(row.held_sec, row.gone_sec, row.within_sec or 0.0)


@dataclass(frozen=True)
class Changes:
    """What a step has to say: what has begun, with the time since when it holds, and is over."""

    begun: Mapping[Condition, float]
    over: frozenset[Condition]


class Watchdog:
    """One thread; times are seconds of any one clock."""

    def __init__(self, delays: Mapping[str, Delay], open_: Iterable[Condition] = ()) -> None:
        """`open_` are the conditions of an earlier run that were not over."""
        self._delays = delays
        self._open = frozenset(open_)
        self._courses = {condition: self._course(condition) for condition in self._open}

    def step(self, findings: Findings, now: float) -> Changes:
        """Take what is found at `now`; each begin and each end comes in one step only."""
        for condition, finding in findings.items():
            if finding and condition not in self._courses:
                self._courses[condition] = self._course(condition)
        for condition, course in self._courses.items():
            finding = findings.get(condition)
            is_unknown = condition in findings and finding is None
            held_before = finding.held_sec if finding else 0.0
            is_unknown |= self._is_hidden(condition)
            course.look(None if is_unknown else finding is not None, now, held_before)
        changes = self._changes()
        self._open = (self._open | changes.begun.keys()) - changes.over
        self._courses = {
            condition: course
            for condition, course in self._courses.items()
            if condition not in changes.over
            and (condition in self._open or not course.is_forgotten)
        }
        return changes

    def _course(self, condition: Condition) -> Course:
        return Course(self._delays[condition.trouble].looked_back)

    def _is_hidden(self, condition: Condition) -> bool:
        others = TROUBLES[condition.trouble].hidden_by
        return any(Condition(trouble, condition.subject) in self._open for trouble in others)

    def _changes(self) -> Changes:
        begun: dict[Condition, float] = {}
        over: set[Condition] = set()
        for condition, course in self._courses.items():
            delay, is_open = self._delays[condition.trouble], condition in self._open
            if not is_open and course.holds and course.held_sec >= delay.report_after:
                begun[condition] = course.began
            elif is_open and course.holds is False and course.gone_sec >= delay.resolve_after:
                over.add(condition)
        return Changes(begun, frozenset(over))
