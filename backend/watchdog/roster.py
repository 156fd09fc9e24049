"""Which cameras there are, how they are, and for how long nothing has been heard of each."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from backend.cameras.names import crowded_out
from backend.troubles.subjects import Beat, Camera
from backend.watchdog.history import History
from backend.watchdog.sessions import Sessions

HOUR_SEC = 3600.0
FORGOTTEN_AFTER_SEC = 7 * 24 * HOUR_SEC
"""A camera that was last heard of a week ago has been taken down."""

Removals = Callable[[Collection[str]], Mapping[str, float]]
"""When those of these cameras were removed that were, in seconds since 1970."""


@dataclass
class _Known:
    beat: Beat
    since: float  # when its silence begins to count
    heard: bool
    has_waited: bool = False
    history: History = field(default_factory=History)
    sessions: Sessions = field(default_factory=Sessions)


class Cameras:
    """Sees heartbeats arrive on the monotonic clock, which no correction of the time moves.

    How long ago an earlier run heard a camera is reckoned from the log's own newest entry.
    """

    def __init__(self, earlier: Iterable[Beat], log_ends_at: float, now: float) -> None:
        """`earlier` are heartbeats of earlier runs, oldest first; the log's newest entry was
        received at `log_ends_at` (since 1970). This run starts `now`."""
        self._started = now
        self._known: dict[str, _Known] = {}  # who was heard last stands last
        for beat in earlier:
            ago = max(0.0, log_ends_at - beat.received_at)
            self._put(_Known(replace(beat, at=now - ago), now, heard=False))

    def add(self, beats: Iterable[Beat], now: float) -> None:
        """Those that another server has heard, and this one has not: their silence begins now."""
        for beat in beats:
            if beat.said.camera_id not in self._known:
                self._put(_Known(beat, now, heard=False))

    def note(self, beats: Iterable[Beat]) -> None:
        """Take the heartbeats that have arrived since, in their order."""
        for beat in beats:
            known = self._known.get(beat.said.camera_id) or _Known(beat, beat.at, heard=True)
            known.has_waited = beat.has_waited(known.beat)
            known.beat, known.since, known.heard = beat, beat.at, True
            known.sessions.note(beat)
            if not known.has_waited:
                known.history.note(beat)
            self._put(known)

    def forget(self, removals: Removals) -> None:
        """Wait no more for those of which nothing was heard since they were removed."""
        for name, removed_at in removals(self._known.keys()).items():
            known = self._known.get(name)
            if known is not None and known.beat.received_at <= removed_at:
                del self._known[name]

    def wait_anew(self, now: float) -> None:
        """Give all of them the time that a start gives: nothing could be heard until now."""
        for known in self._known.values():
            known.since, known.heard = now, False

    def look(self, now: float, silent_after: float) -> dict[str, Camera]:
        """All cameras but the forgotten ones, by name."""
        for name in [name for name, known in self._known.items() if self._is_old(known, now)]:
            del self._known[name]
        return {name: _camera(known, now, silent_after) for name, known in self._known.items()}

    def _put(self, known: _Known) -> None:
        name = known.beat.said.camera_id
        if self._known.pop(name, None) is None and (oldest := crowded_out(self._known, name)):
            del self._known[oldest]
        self._known[name] = known

    def _is_old(self, known: _Known, now: float) -> bool:
        # Between two entries of the log the clock may have been set: an hour of this run counts.
        earliest = self._started - FORGOTTEN_AFTER_SEC + HOUR_SEC
        return now - max(known.beat.at, earliest) > FORGOTTEN_AFTER_SEC


def _camera(known: _Known, now: float, silent_after: float) -> Camera:
    return Camera(
        beat=known.beat,
        silent_sec=now - known.since,
        heard=known.heard,
        has_waited=known.has_waited,
        last_heard_sec=now - known.beat.at,
        fps=known.history.fps(now),
        missed_sec=known.history.missed_sec(now),
        ahead_sec=known.history.ahead_sec(now),
        are_two=known.sessions.are_two(now, silent_after),
        one_said_good_bye=known.sessions.one_said_good_bye,
    )
