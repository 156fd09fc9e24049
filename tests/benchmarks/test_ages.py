"""How old a window is, as the benchmark of six cameras reckons it."""

import pytest

from benchmarks.ages import Ages


def test_window_is_as_old_as_its_newest_frame_and_the_first_second_is_left_out() -> None:
    ages = Ages(began=100.0)
    for frame_idx, now in ((0, 100.9), (14, 101.9), (15, 101.04), (30, 102.25)):
        ages.note(frame_idx, now)
    assert ages.ages_ms == pytest.approx([40.0, 250.0])
