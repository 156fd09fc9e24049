from itertools import pairwise

import numpy as np
import pytest

from benchmarks.false_alarms import counted
from benchmarks.stitching import rooms_of_daily_life, stitch


@pytest.fixture
def daily(clips):
    return rooms_of_daily_life(clips)["hall cam0"]


def test_a_stream_is_as_long_as_asked_and_no_frame_goes_back(daily):
    track = stitch("hall cam0", daily, 120.0, np.random.default_rng(0)).track
    track.check()
    assert 120.0 <= track.times[-1] - track.times[0] <= 160.0
    assert track.cuts == frozenset()


def test_everybody_who_comes_in_anew_is_another_person_after_an_empty_room(daily):
    made = stitch("hall cam0", daily, 120.0, np.random.default_rng(0))
    seen = [(poses.time, poses.bodies[0].person) for poses in made.track if poses.bodies]
    assert sorted({person for _, person in seen}) == list(range(1, len(made.clips) + 1))
    changes = [b[0] - a[0] for a, b in pairwise(seen) if a[1] != b[1]]
    assert min(changes) >= 3.0
    assert max(changes) <= 30.5


def test_the_same_seed_gives_the_same_stream(daily):
    one, same, other = (
        stitch("hall cam0", daily, 60.0, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.track.times, same.track.times)
    assert len(one.track) != len(other.track)


def test_only_clips_without_a_fall_are_daily_life(clips):
    assert {c.labels.name for part in rooms_of_daily_life(clips).values() for c in part} == {
        f"adl-{number}" for number in range(3)
    }


def test_what_a_stream_reports_is_counted_from_its_events():
    def event(kind, label, at, state=None):
        return {"event_type": kind, "event": label, "video_ts": at, "state": state}

    stream = counted(
        "hall",
        2.0,
        [
            event("END", "fall", 12.0, "recovered"),
            event("START", "fall", 10.0),
            event("START", "on_floor", 40.0),
            event("START", "fall", 20.0),
            event("END", "fall", 23.0, "lying"),
        ],
    )
    assert stream.starts == [10.0, 20.0]
    assert stream.told == [("fall", 23.0), ("on_floor", 40.0)]
    assert stream.line().startswith("hall, 2.00 h: 2 STARTs; told: fall at 23 s")
