"""What a household keeps no longer: which lines go, when, and what stays."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast
from unittest.mock import patch

import pytest

from backend.erasure.retention import RetentionService
from backend.events.eraser import EventEraser
from backend.events.journal import oldest
from backend.people.household import USUAL_ZONE, Household
from backend.people.service import PeopleService
from contract.erasures import Erasure, ErasureKind
from testkit.erasing_home import DAY, NOW, ErasingHome

NIGHT = NOW + 7 * 3600  # 4 o'clock in Seoul
OLD = NOW - 10 * DAY


class People:
    """One household, which keeps a week."""

    def __init__(self) -> None:
        of = {"id": 1, "name": "집", "created_at": OLD, "kept_days": 7, "time_zone": USUAL_ZONE}
        self.home = Household.model_validate(of)

    def households(self) -> list[Household]:
        return [self.home]

    def zone_of(self, household: Household) -> object:
        return PeopleService.zone_of(cast(PeopleService, self), household)

    fixed_zone = None


@pytest.fixture
def home(tmp_path: Path) -> Iterator[ErasingHome]:
    home = ErasingHome(tmp_path / "data")
    yield home
    home.stop()


def night(home: ErasingHome, nights: int = 0) -> Erasure:
    """The first night, or so many later; what was erased in it."""
    home.clock.now = NIGHT + nights * DAY
    people = cast(PeopleService, People())
    RetentionService(home.erasures, people, home.clock).round()
    (found,) = home.erasures.newest(1, 99)
    return home.wait(found)


def close_day(home: ErasingHome) -> None:
    """Let what is recorded from now on be of the next day's file."""
    home.clock.now += 2 * DAY
    home.record("HEARTBEAT", f"beat {home.clock.now}")


def test_old_lines_go_with_their_day_s_file_and_no_file_is_closed_for_it(home: ErasingHome) -> None:
    home.clock.now = OLD
    home.record("PROBS", "old")
    home.incident("fell", OLD)
    home.clock.now = NOW
    home.record("PROBS", "new")
    files = sorted((home.folder / "events").glob("*.jsonl"))
    done = night(home)
    assert (done.counts.events, done.counts.incidents, done.kind) == (3, 1, ErasureKind.RETENTION)
    assert home.journal() == home.recent() == ["new"]
    assert home.stored() == []
    assert sorted((home.folder / "events").glob("*.jsonl")) == files[-1:]
    home.restart()
    assert home.journal() == home.recent() == ["new"]


def test_what_arrives_late_goes_in_the_next_night(home: ErasingHome) -> None:
    home.record("PROBS", "late", ts=OLD)
    home.record("PROBS", "new")
    assert night(home).counts.events == 0
    assert home.journal() == ["late", "new"]
    assert home.recent() == ["new"]
    close_day(home)
    done = night(home, nights=2)
    assert done.counts.events == 1
    assert home.journal()[0] == "new"


def test_incident_that_goes_on_stays_until_a_later_night(home: ErasingHome) -> None:
    home.clock.now = OLD
    home.record("START", "silent", event="camera_silent", incident_id="silent", ts=OLD)
    close_day(home)
    assert night(home).kept == 1
    assert "silent" in home.journal()
    over = home.event(
        "END", "back", event="camera_silent", incident_id="silent", ts=OLD, state="recovered"
    )
    home.post(over)
    close_day(home)
    done = night(home, nights=1)
    assert (done.kept, done.counts.incidents) == (0, 1)
    assert not {"silent", "back"} & set(home.stored())


def test_night_has_one_row_and_is_not_done_twice(home: ErasingHome) -> None:
    home.clock.now = OLD
    home.record("PROBS", "old")
    close_day(home)
    first = night(home)
    assert night(home) == first
    second = night(home, nights=1)
    assert second.number != first.number
    assert second.until == (first.until or 0.0) + DAY


def test_night_reads_only_files_that_were_closed_since_the_one_before(home: ErasingHome) -> None:
    for _ in range(3):
        close_day(home)
    night(home, nights=7)
    with patch.object(oldest, "split", side_effect=oldest.split) as read:
        close_day(home)
        done = night(home, nights=10)
    assert (read.call_count, done.counts.events) == (2, 1)


def test_file_of_several_households_is_written_again_once_and_each_is_told_what_went(
    home: ErasingHome,
) -> None:
    home.clock.now = OLD
    cameras = ["거실", "거실.h2", "거실.h3"]
    for camera in cameras:
        home.incident(f"{camera} fell", OLD - DAY, camera_id=camera)
        home.record("PROBS", f"{camera} older", ts=OLD - DAY, camera_id=camera)
        home.record("PROBS", f"{camera} old", ts=OLD, camera_id=camera)
    close_day(home)
    replace = EventEraser.replace
    with patch.object(EventEraser, "replace", autospec=True, side_effect=replace) as replaced:
        home.erasures.retain({1: OLD + 1.0, 2: OLD - 1.0})
        first, second = (home.wait(home.erasures.newest(it, 1)[0], it) for it in (1, 2))
    assert replaced.call_count == 1
    assert (first.counts.events, second.counts.events) == (4, 3)
    assert (first.counts.incidents, second.counts.incidents) == (1, 1)
    of_three = [f"거실.h3 {it}" for it in ("fell-start", "fell-end", "older", "old")]
    assert home.journal()[:-1] == ["거실.h2 old", *of_three]
