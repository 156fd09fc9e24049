"""How old a window is, as the benchmark of six cameras reckons it."""

import pytest

from benchmarks.ages import Ages


def test_window_is_as_old_as_its_newest_frame_and_the_first_seconds_are_left_out() -> None:
    ages = Ages(began=100.0)
    for frame_idx, now in ((0, 100.9), (29, 102.9), (30, 102.04), (45, 103.25)):
        ages.note(frame_idx, now)
    assert ages.ages_ms == pytest.approx([40.0, 250.0])
