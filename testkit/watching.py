"""The watchdog's rounds over heartbeats, in no time."""

from collections.abc import Callable, Iterable

from backend.events.journal.record import Record
from backend.watchdog.beats import beats_of
from backend.watchdog.conditions import of_cameras
from backend.watchdog.hysteresis import Changes, Watchdog, delays
from backend.watchdog.roster import Cameras
from backend.watchdog.service import ROUND_SEC

MakeBeat = Callable[..., Record]


def silences(
    arrivals: list[float], silent_after: float, until: float, make_beat: MakeBeat
) -> list[tuple[float, Changes]]:
    """What a watchdog says of the camera, with the times: a round a second, as in the service."""
    beats = ((at, make_beat(at)) for at in sorted(arrivals))
    return watched(beats, silent_after, until)


def watched(
    beats: Iterable[tuple[float, Record]], silent_after: float, until: float
) -> list[tuple[float, Changes]]:
    """What a watchdog says of heartbeats, with the times at which they arrive."""
    cameras, watchdog = Cameras([], 0.0, 0.0), Watchdog(delays(silent_after))
    pending = list(reversed(list(beats)))
    said = []
    # The rounds lie unluckily: just before the arrivals on the whole second.
    now = ROUND_SEC - 0.001
    while now < until:
        while pending and pending[-1][0] <= now:
            cameras.note(beats_of([pending.pop()[1]], now))
        findings = of_cameras(cameras.look(now, silent_after), silent_after)
        changes = watchdog.step(findings, now)
        if changes.begun or changes.over:
            said.append((now, changes))
        now += ROUND_SEC
    return said
