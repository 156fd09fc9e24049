"""Steps 4 to 6: the server is killed and stopped, the camera and its box lose their power."""

import time
from collections.abc import Callable, Iterator
from itertools import pairwise

from backend.troubles.table import TROUBLES
from benchmarks.fire_drill.box import CAMERA
from benchmarks.fire_drill.home import Home
from benchmarks.fire_drill.seen import Seen, awaited, quiet
from testkit.outside_watch import GRACE_SEC, PERIOD_SEC

BLIND, SILENT = TROUBLES["camera_blind"].en.what, TROUBLES["camera_silent"].en.what
OVER = "All is well again"
BACK_SEC, RINGS_SEC, TOLD_SEC = 15.0, 30.0, 60.0
HOLE_SEC = 20.0
"""Between two heartbeats, while a recording is played in place of the camera."""


def kill(home: Home) -> Iterator[Seen]:
    """4: SIGKILL."""
    since = time.time()
    home.server.kill()
    home.server.part.process.wait()
    yield awaited("it is back within 15 s, `/health` is `ok`", BACK_SEC, home.is_well)
    yield quiet("nothing rings twice", home.calm_sec, lambda: home.any_rang(since))


def stop(home: Home) -> Iterator[Seen]:
    """5: a stop until it is noticed outside, and a fall meanwhile."""
    stopped_at = time.time()
    home.server.stop()
    home.play_fall()
    found = awaited("", PERIOD_SEC + GRACE_SEC, lambda: "down" if home.outside.is_down() else None)
    took = time.time() - stopped_at
    yield Seen("the service at `WATCHDOG_PING_URL` alerts", found.came, took, found.is_right)
    started_at = time.time()
    home.server.start()
    yield awaited("`/health` is `ok` again", RINGS_SEC, home.is_well)
    yield awaited("a fall of meanwhile rings", RINGS_SEC, lambda: home.rang("Mina", started_at))
    yield awaited("the box's events are there", TOLD_SEC, lambda: _beats(home, stopped_at))
    yield awaited(
        "the service has heard of it again",
        TOLD_SEC,
        lambda: None if home.outside.is_down() else "up",
    )
    home.answer()


def pull(home: Home) -> Iterator[Seen]:
    """6: the plug of the camera, and then that of its box."""
    yield _told(home, home.camera.kill, 60.0, BLIND)
    yield _told(home, home.camera.start, 60.0, f"{OVER}: {BLIND}")
    yield _told(home, home.box.pull, 60.0, SILENT)
    yield _told(home, home.box.start, 90.0, f"{OVER}: {SILENT}")


def _told(home: Home, do: Callable[[], None], within_sec: float, memo: str) -> Seen:
    since = time.time()
    do()
    expected = f"a memo says so within {within_sec:.0f} s"
    return awaited(expected, within_sec, lambda: home.rang("Mina", since, memo))


def _beats(home: Home, since: float) -> str | None:
    """That no time since then is without a heartbeat, until a moment ago."""
    asked = {"event_type": "HEARTBEAT", "camera_id": CAMERA, "limit": "1000"}
    found = home.http.get("/event/recent", params=asked).raise_for_status().json()
    times = sorted([since, *(it["ts"] for it in found if it["ts"] > since), time.time()])
    hole = max(after - before for before, after in pairwise(times))
    return (
        f"{len(times) - 2} heartbeats, {hole:.0f} s between two at most"
        if hole < HOLE_SEC
        else None
    )
