"""What the last minutes add up to."""

from collections.abc import Callable, Iterable

import pytest

from backend.events.journal.record import Record
from backend.troubles.finders import WATCHED_SEC
from backend.watchdog.beats import beats_of
from backend.watchdog.history import LONGEST_HOLE_SEC, History

MakeBeat = Callable[..., Record]
TODAY = 1_800_000_000.0


@pytest.fixture
def tell(make_beat: MakeBeat) -> Callable[..., History]:
    """A history of heartbeats, `every` seconds, with what each says; the last one is `now`."""

    def make(said: Iterable[dict[str, object]], every: float = 3.0) -> History:
        history, beats = History(), list(said)
        for number, fields in enumerate(beats):
            at = (number - len(beats) + 1) * every
            (beat,) = beats_of([make_beat(TODAY, **fields)], at)
            history.note(beat)
        return history

    return make


def test_pictures_that_come_in_bursts_are_as_many_as_they_are(tell: Callable[..., History]) -> None:
    assert tell([{"fps": 30.0}, {"fps": 0.0}] * 20).fps(0.0) == pytest.approx(15.0, abs=2.0)
    # A camera that keeps but one of each burst is slow.
    hls = (1.65, 0.0, 19.84, 0.66, 0.63, 0.66, 0.0, 15.11, 0.66, 0.0)
    assert (tell({"fps": fps} for fps in hls * 4).fps(0.0) or 99.0) < 7.0
    assert tell([{"fps": None}]).fps(0.0) is None


def test_holes_add_up_over_five_minutes_and_are_then_forgotten(
    tell: Callable[..., History],
) -> None:
    history = tell([{"missed_sec": 1.5}] * 20)
    assert history.missed_sec(0.0) == 30.0
    assert history.missed_sec(WATCHED_SEC - 30.0) == 16.5
    assert history.missed_sec(WATCHED_SEC + 1.0) == 0.0


def test_one_long_hole_is_an_outage_and_counts_little(tell: Callable[..., History]) -> None:
    assert tell([{"missed_sec": 3600.0}]).missed_sec(0.0) == LONGEST_HOLE_SEC


def test_holes_of_a_camera_that_does_not_sum_them_up_are_seen_all_the_same(
    tell: Callable[..., History],
) -> None:
    blind, well = {"fps": 0.0}, {"fps": 15.0}
    assert tell([well, blind, well, blind, blind, well]).missed_sec(0.0) == 9.0
    assert tell([well, *[blind] * 60, well]).missed_sec(0.0) == LONGEST_HOLE_SEC
    # Who said good-bye is not missing anything.
    assert tell([{"state": "stopped"}, blind], every=100.0).missed_sec(0.0) == 0.0


def test_clock_is_judged_by_the_heartbeat_that_came_fastest(tell: Callable[..., History]) -> None:
    late = [{"ts": TODAY - seconds} for seconds in (500.0, 300.0, 0.5, 90.0)]
    assert tell(late).ahead_sec(0.0) == -0.5
    assert tell([{"ts": TODAY + 7200.0}] * 3).ahead_sec(0.0) == 7200.0
    assert tell([{"ts": 100.0}]).ahead_sec(0.0) == 100.0 - TODAY
    assert tell([{"ts": 100.0}]).ahead_sec(61.0) is None
