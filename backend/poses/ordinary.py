"""Which minutes of a camera are kept though nothing happened. Pure: time is an argument."""

from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from hashlib import sha256

from backend.poses.frame import PoseFrame
from backend.poses.open_replay import AFTER_SEC, BEFORE_SEC
from backend.poses.replay_file import Kept

MINUTE_SEC = 60.0
DAY_SEC = 86_400.0
LEAST_FRAMES = 60
"""Of a minute in which somebody was hardly seen nothing is learnt."""
MOST_FRAMES = 700
MOST_CAMERAS = 32
HELD_SEC = AFTER_SEC + 10.0
"""An incident that began within a minute is known of by so long after it."""


@dataclass
class _Minute:
    """A minute of a camera that is being seen, or waits to be known as ordinary."""

    begin: float
    frames: list[PoseFrame] = field(default_factory=list)


class OrdinaryMinutes:
    """Not thread-safe. Each camera's day is cut into so many parts as minutes are kept `a_day`.

    Of each part the first minute is kept in which somebody is seen, and around which no incident
    is. `names` are those that are kept already.
    """

    def __init__(self, a_day: int, names: Collection[str] = ()) -> None:
        self._a_day = a_day
        self._taken = {self._part(*parts_of(name)) for name in names} if a_day else set()
        self._open: OrderedDict[str, _Minute] = OrderedDict()
        self._quiet_from: dict[str, float] = {}

    def add(self, frame: PoseFrame) -> Kept | None:
        """The newest poses of a camera; a minute that turns out to be ordinary with it."""
        minute = self._open.get(frame.camera_id)
        if minute is None:
            self._begin(frame)
            return None
        since = frame.at - minute.begin
        if 0 <= since < MINUTE_SEC:
            if len(minute.frames) < MOST_FRAMES:
                minute.frames.append(frame)
            return None
        if 0 <= since < MINUTE_SEC + HELD_SEC:
            return None
        del self._open[frame.camera_id]
        return self._kept(frame.camera_id, minute)

    def interrupt(self, camera_id: str, at: float) -> None:
        """Something happened `at` this time: what is around it is not ordinary."""
        minute = self._open.get(camera_id)
        if minute and minute.begin - AFTER_SEC <= at <= minute.begin + MINUTE_SEC + BEFORE_SEC:
            del self._open[camera_id]
        if camera_id in self._quiet_from or len(self._quiet_from) < MOST_CAMERAS:
            before = self._quiet_from.get(camera_id, 0.0)
            self._quiet_from[camera_id] = max(before, at + AFTER_SEC)

    def forget(self, goes: Callable[[str], bool], since: float, until: float) -> None:
        """Give up what is being seen of the cameras that go, from `since` to `until`."""
        for name, minute in list(self._open.items()):
            if goes(name) and minute.begin < until and minute.begin + MINUTE_SEC >= since:
                del self._open[name]

    def _begin(self, frame: PoseFrame) -> None:
        is_quiet = frame.at >= self._quiet_from.get(frame.camera_id, 0.0)
        part = self._part(digest_of(frame.camera_id), frame.at)
        if not (self._a_day and is_quiet) or part in self._taken:
            return
        self._open[frame.camera_id] = _Minute(frame.at, [frame])
        if len(self._open) > MOST_CAMERAS:
            self._open.popitem(last=False)

    def _kept(self, camera_id: str, minute: _Minute) -> Kept | None:
        if len(minute.frames) < LEAST_FRAMES:
            return None
        self._taken.add(self._part(digest_of(camera_id), minute.begin))
        frames = sorted(minute.frames, key=lambda frame: frame.at)
        return Kept(name_of(camera_id, minute.begin), camera_id, is_partial=False, frames=frames)

    def _part(self, digest: str, at: float) -> tuple[str, int]:
        return digest, int(at * self._a_day // DAY_SEC)


def name_of(camera_id: str, begin: float) -> str:
    """What a minute is kept as: it says of which camera it is, and when it began."""
    return f"{digest_of(camera_id)}-{int(begin)}"


def parts_of(name: str) -> tuple[str, float]:
    """The camera's digest, and when the minute began."""
    digest, _, begin = name.partition("-")
    return digest, float(begin)


def digest_of(camera_id: str) -> str:
    """A camera's name as a file's name may have it."""
    return sha256(camera_id.encode()).hexdigest()[:16]
