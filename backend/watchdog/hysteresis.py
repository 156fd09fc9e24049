"""From conditions to what is told of them: hysteresis, with time as an argument."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backend.watchdog.conditions import Condition, Findings
from backend.watchdog.course import Course
from contract.trouble import Trouble


@dataclass(frozen=True)
class Delay:
    """Seconds for which a condition must hold until it is told, and be gone until it is cleared.

    It need not hold at a stretch, since trouble comes and goes: what counts are the last `within`
    seconds, twice as many as must hold where nothing is said.
    """

    tell_after: float
    clear_after: float = 30.0
    within: float = 0.0

    @property
    def looked_back(self) -> float:
        """The seconds that count."""
        return self.within or 2 * self.tell_after


DELAYS: Mapping[Trouble, Delay] = {
    # It was waited for.
    Trouble.CAMERA_STOPPED: Delay(0),
    # A backlog that drains looks like it for a moment.
    Trouble.CAMERA_CLOCK: Delay(60, 60),
    # Holes of less than this are the next one's.
    Trouble.CAMERA_BLIND: Delay(30, within=40),
    # Five minutes are summed up in any case.
    Trouble.CAMERA_UNSTEADY: Delay(0, 60),
    # The camera box does something else besides for two minutes, such as an update.
    Trouble.CAMERA_SLOW: Delay(130, 60, within=300),
    # The camera box says so after a minute.
    Trouble.CAMERA_FROZEN: Delay(5),
    # Somebody is out of a dim room in which they would be found.
    Trouble.CAMERA_DARK: Delay(600, 60),
    # Steam, or a camera that looks for its focus.
    Trouble.CAMERA_BLURRED: Delay(600, 60),
    # Somebody stands before it.
    Trouble.CAMERA_COVERED: Delay(60),
    # The camera box says so only after people have walked for some seconds.
    Trouble.CAMERA_UPSIDE_DOWN: Delay(10),
    Trouble.CAMERA_UNCHECKED: Delay(30),
    # Three days were.
    Trouble.CAMERA_UNSEEING: Delay(0, 60),
    # A day's backlog drains in half a minute.
    Trouble.OUTBOX_GROWING: Delay(180, 60),
    Trouble.OUTBOX_FAILING: Delay(30),
    Trouble.DETECTOR_FAILING: Delay(30),
    # A single failing fsync is told.
    Trouble.LOG_FAILING: Delay(0),
    # Deleting and filling up again is one trouble.
    Trouble.DISK_LOW: Delay(10, 600),
    # A login may be under way.
    Trouble.TOKEN_EXPIRING: Delay(600, 0),
}

HIDDEN_BY: Mapping[Trouble, frozenset[Trouble]] = {
    Trouble.CAMERA_UNSTEADY: frozenset({Trouble.CAMERA_BLIND, Trouble.CAMERA_SLOW}),
    Trouble.CAMERA_SLOW: frozenset({Trouble.CAMERA_BLIND, Trouble.CAMERA_UNSTEADY}),
}
"""What another trouble of the same camera makes known already: not judged while that is told."""


def delays(silent_after: float) -> Mapping[Trouble, Delay]:
    """Those of all troubles, where a camera is silent after `silent_after` seconds.

    That silence is its delay; a heartbeat now and then is no recovery.
    """
    heard = Delay(0, 1.5 * silent_after)
    return {Trouble.CAMERA_SILENT: heard, Trouble.CAMERA_TWICE: heard, **DELAYS}


@dataclass(frozen=True)
class Changes:
    """What a step has to say: what has begun, with the time since when it holds, and is over."""

    begun: Mapping[Condition, float]
    over: frozenset[Condition]


class Watchdog:
    """One thread; times are seconds of any one clock."""

    def __init__(self, delays: Mapping[Trouble, Delay], told: Iterable[Condition] = ()) -> None:
        """`told` are the conditions of an earlier run that were not over."""
        self._delays = delays
        self._told = frozenset(told)
        self._courses = {condition: self._course(condition) for condition in self._told}

    def step(self, findings: Findings, now: float) -> Changes:
        """Take what is found at `now`; each begin and each end is in one step's changes alone."""
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
        self._told = (self._told | changes.begun.keys()) - changes.over
        self._courses = {
            condition: course
            for condition, course in self._courses.items()
            if condition not in changes.over
            and (condition in self._told or not course.is_forgotten)
        }
        return changes

    def _course(self, condition: Condition) -> Course:
        return Course(self._delays[condition.trouble].looked_back)

    def _is_hidden(self, condition: Condition) -> bool:
        others = HIDDEN_BY.get(condition.trouble, frozenset())
        return any(Condition(trouble, condition.subject) in self._told for trouble in others)

    def _changes(self) -> Changes:
        begun: dict[Condition, float] = {}
        over: set[Condition] = set()
        for condition, course in self._courses.items():
            delay, is_told = self._delays[condition.trouble], condition in self._told
            if not is_told and course.holds and course.held_sec >= delay.tell_after:
                begun[condition] = course.began
            elif is_told and course.holds is False and course.gone_sec >= delay.clear_after:
                over.add(condition)
        return Changes(begun, frozenset(over))
