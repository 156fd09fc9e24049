"""Darkness that comes back at its hour: a night, which is reported once and not each evening."""

from collections import deque
from dataclasses import dataclass, field

from backend.watchdog.conditions import Condition, Findings

DAY_SEC = 24 * 3600.0
SHIFT_SEC = 2 * 3600.0
"""The light goes off, and on again, at most so much earlier or later than the day before."""
NIGHT_SEC = 3600.0
"""Darkness that lasts less is no night."""
GAP_SEC = 900.0
"""Who gets up and puts the light on for as long does not cut a night in two."""


@dataclass
class _Spell:
    began: float
    ended: float


@dataclass
class Nights:
    """When each camera's picture was dark, over the last day and a little more.

    Times are seconds of any one clock; one thread. A restart forgets, which costs one more memo.
    """

    _spells: dict[str, deque[_Spell]] = field(default_factory=dict)

    def excuse(self, findings: Findings, now: float) -> Findings:
        """The same findings, but darkness that is usual at this hour neither begins nor ends."""
        dark = [c for c, finding in findings.items() if finding and c.trouble == "camera_dark"]
        for condition in dark:
            self._note(condition.subject, now)
        usual: dict[Condition, None] = {c: None for c in dark if self._is_usual(c.subject, now)}
        return {**findings, **usual}

    def _note(self, camera: str, now: float) -> None:
        spells = self._spells.setdefault(camera, deque())
        if spells and now - spells[-1].ended <= GAP_SEC:
            spells[-1].ended = now
        else:
            spells.append(_Spell(now, now))
        while spells[0].ended < now - DAY_SEC - SHIFT_SEC:
            spells.popleft()

    def _is_usual(self, camera: str, now: float) -> bool:
        """Whether it was dark at this hour the day before."""
        yesterday = now - DAY_SEC
        return any(
            spell.began <= yesterday + SHIFT_SEC and spell.ended >= yesterday - SHIFT_SEC
            for spell in self._spells[camera]
            if spell.ended - spell.began >= NIGHT_SEC
        )
