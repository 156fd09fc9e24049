"""An erasure takes what is of its household, and nothing of another one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.access.keys import HOUSEHOLD
from backend.activity import store as activity
from backend.activity.hours import Hour
from backend.activity.tables import hours
from backend.cameras.names import household_named
from backend.erasure.errors import ErasureRunning
from backend.erasure.scope import Scope
from testkit.erasing_home import DAY, NOW, ErasingHome

OLD = NOW - 3 * DAY
OURS, THEIRS = "거실", "거실.h2"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[ErasingHome]:
    home = ErasingHome(tmp_path / "data")
    for camera in (OURS, THEIRS):
        home.incident(f"{camera} fell", OLD, camera_id=camera)
        home.record("PROBS", f"{camera} probs", ts=OLD, camera_id=camera)
        home.record("HEARTBEAT", f"{camera} beat", ts=OLD, camera_id=camera)
        home.record("HEARTBEAT", f"{camera} later", ts=OLD + 60, camera_id=camera)
        home.see(NOW, camera)
    an_hour = {(camera, OLD): Hour(OLD) for camera in (OURS, THEIRS)}
    with home.database.writing() as db:
        activity.add(db, an_hour, household_named)
    yield home
    home.stop()


def counted(home: ErasingHome) -> list[str]:
    """The cameras whose hours are kept."""
    with home.database.reading() as db:
        return sorted(set(db.scalars(select(hours.c.camera_id))))


def events_of(camera: str) -> list[str]:
    return [f"{camera} fell-start", f"{camera} fell-end"] + [
        f"{camera} {name}" for name in ("probs", "beat", "later")
    ]


@pytest.mark.parametrize(("household_id", "left"), [(1, THEIRS), (2, OURS)])
def test_all_of_a_household_goes_and_another_is_left(
    home: ErasingHome, household_id: int, left: str
) -> None:
    assert counted(home) == [OURS, THEIRS]
    done = home.erase(since=0.0, household_id=household_id)
    assert (done.counts.events, done.counts.incidents) == (5, 1)
    assert home.journal() == home.recent() == events_of(left)
    assert home.stored() == events_of(left)[:2]
    assert counted(home) == [left]
    seen = {it: home.poses.last_seen(it) is not None for it in (OURS, THEIRS)}
    assert seen == {it: it == left for it in (OURS, THEIRS)}
    home.restart()
    assert home.journal() == home.recent() == events_of(left)


def test_camera_of_another_household_is_as_unknown_as_one_that_nobody_has(
    home: ErasingHome,
) -> None:
    before = home.bytes_of("events")
    for camera in (OURS, "nobody's.h2"):
        caller = replace(HOUSEHOLD, household_id=2)
        planned = home.erasures.plan(caller, Scope(2, camera, None, None))
        done = home.erase(camera, household_id=2)
        assert set(planned.counts.model_dump().values()) == {0}
        assert (planned.kept, done.counts, done.kept) == (0, planned.counts, 0)
    assert home.bytes_of("events") == before


def test_one_household_waits_for_no_erasure_of_another(home: ErasingHome) -> None:
    home.erasures.stop()
    of_two = replace(HOUSEHOLD, household_id=2)
    home.erasures.begin(HOUSEHOLD, Scope(1, OURS, None, None))
    home.erasures.begin(of_two, Scope(2, THEIRS, None, None))
    with pytest.raises(ErasureRunning):
        home.erasures.begin(of_two, Scope(2, THEIRS, None, None))
