"""From conditions to what is told of them: hysteresis, with time as an argument."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backend.watchdog.conditions import Condition, Findings
from contract.trouble import Trouble


@dataclass(frozen=True)
class Delay:
    """Seconds for which a condition must hold until it is told, and be gone until it is cleared."""

    tell_after: float
    clear_after: float = 30.0


DELAYS: Mapping[Trouble, Delay] = {
    Trouble.CAMERA_BLIND: Delay(30),
    # The camera box does something else besides, such as an update.
    Trouble.CAMERA_SLOW: Delay(120, 60),
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


def delays(silent_after: float) -> Mapping[Trouble, Delay]:
    """Those of all troubles, where a camera is silent after `silent_after` seconds.

    That silence is its delay; a heartbeat now and then is no recovery.
    """
    return {Trouble.CAMERA_SILENT: Delay(0, 1.5 * silent_after), **DELAYS}


@dataclass(frozen=True)
class Changes:
    """What a step has to say: what has begun, with the time since when it holds, and is over."""

    begun: Mapping[Condition, float]
    over: frozenset[Condition]


class Watchdog:
    """One thread; times are seconds of any one clock."""

    def __init__(self, delays: Mapping[Trouble, Delay], told: Iterable[Condition] = ()) -> None:
        """`told` are the conditions of an earlier run that were not over."""
        self._told = set(told)
        self._delays = delays
        self._held_since: dict[Condition, float] = {}
        self._gone_since: dict[Condition, float] = {}

    def step(self, findings: Findings, now: float) -> Changes:
        """Take what is found at `now`; each begin and each end is in one step's changes alone."""
        self._follow(findings, now)
        begun = {
            condition: since
            for condition, since in self._held_since.items()
            if findings[condition] is not None
            and condition not in self._told
            and now - since >= self._delays[condition.trouble].tell_after
        }
        over = frozenset(
            condition
            for condition, since in self._gone_since.items()
            if now - since >= self._delays[condition.trouble].clear_after
        )
        self._told = (self._told | begun.keys()) - over
        return Changes(begun, over)

    def _follow(self, findings: Findings, now: float) -> None:
        """Keep since when each condition holds, or is gone: not to know is neither."""
        held, gone = self._held_since, self._gone_since
        self._held_since = {
            condition: held.get(condition, now - (finding.held_sec if finding else 0.0))
            for condition, finding in findings.items()
            if finding or condition in held
        }
        self._gone_since = {
            condition: gone.get(condition, now)
            for condition in self._told
            if condition not in findings
        }
