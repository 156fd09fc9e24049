"""Steps 7 and 8: the disk fills, and has room again."""

import time
from collections.abc import Iterator

import httpx2 as httpx

from backend.troubles.table import TROUBLES
from benchmarks.fire_drill.disk import MB, fill
from benchmarks.fire_drill.home import Home
from benchmarks.fire_drill.pictures import bring, jpeg
from benchmarks.fire_drill.seen import Seen, awaited
from testkit.outside_watch import PERIOD_SEC

LEFT_MB = 400
TOLD_SEC, SOON_SEC, OVER_SEC = 30.0, 5.0, 660.0
CALL_SEC = PERIOD_SEC + SOON_SEC
LOW = TROUBLES["disk_low"].en.what


def fill_disk(home: Home) -> Iterator[Seen]:
    """7: a disk with 400 MB left."""
    since = time.time()
    fill(home.data_dir.parent, LEFT_MB)
    yield awaited("`disk_low` is sent within 30 s", TOLD_SEC, lambda: home.rang("Mina", since, LOW))
    yield _refused("pictures", bring(home.mina, jpeg()))
    data_set = {"kind": "tracks", "size": MB, "name": "drill"}
    yield _refused("data sets", home.mina.post("/datasets", json=data_set))
    began = time.time()
    home.play_fall()
    yield home.fall_rings(began)
    home.answer()
    yield awaited(
        "the service at `WATCHDOG_PING_URL` alerts",
        CALL_SEC,
        lambda: "down" if home.outside.is_down() else None,
    )


def free_disk(home: Home) -> Iterator[Seen]:
    """8: room again."""
    (home.data_dir.parent / "full").unlink()
    since = time.time()
    yield awaited("pictures are taken again", SOON_SEC, lambda: _brought(home))
    yield awaited(
        "the trouble ends ten minutes later", OVER_SEC, lambda: home.rang("Mina", since, LOW)
    )


def _brought(home: Home) -> str | None:
    answer = bring(home.mina, jpeg())
    return "kept" if answer.is_success else None


def _refused(what: str, answer: httpx.Response) -> Seen:
    is_right = answer.status_code in (503, 507)
    return Seen(f"{what} are refused", f"{answer.status_code} {answer.text}", 0.0, is_right)
