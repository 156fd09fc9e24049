"""Ratios, and when a claim holds."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from benchmarks.comparison import Comparison, load, save

Make = Callable[..., Comparison]


def test_each_run_is_compared_with_the_one_beside_it(make_comparison: Make) -> None:
    assert make_comparison(ours=(20, 30, 60), peers=(10, 30, 10)).ratios == [2, 1, 6]


def test_where_less_is_better_the_ratio_is_turned_round(make_comparison: Make) -> None:
    assert make_comparison(ours=(2, 5), peers=(10, 10), better="lower").ratios == [5, 2]


@pytest.mark.parametrize(("ours", "reached"), [((10, 30, 99), True), ((29, 29, 99), False)])
def test_median_of_the_ratios_decides(
    make_comparison: Make, ours: tuple[float, ...], reached: bool
) -> None:
    assert make_comparison(ours=ours).is_reached is reached


@pytest.mark.parametrize(("p99_ms", "reached"), [(300, True), (301, False), (None, False)])
def test_every_run_must_keep_the_limit(
    make_comparison: Make, p99_ms: float | None, reached: bool
) -> None:
    found = make_comparison(p99_ms=p99_ms, p99_limit_ms=300)
    assert found.is_reached is reached


def test_cpu_is_compared_for_a_piece_of_work(make_comparison: Make) -> None:
    assert make_comparison(ours=(1, 2, 3), peers=(8, 8, 8)).cpu_ratio == 4
    assert make_comparison(ours=(0, 0, 0)).cpu_ratio is None


def test_sides_of_different_length_are_no_comparison(make_comparison: Make) -> None:
    with pytest.raises(ValueError, match="longer"):
        _ = make_comparison(ours=(1, 2), peers=(1, 2, 3)).ratios


def test_what_is_saved_is_loaded(make_comparison: Make, tmp_path: Path) -> None:
    found = make_comparison(p99_ms=12.5)
    save(found, tmp_path / "results")
    assert load(tmp_path / "results" / "analyze_json.json") == found


def test_file_that_is_no_comparison_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.json"
    path.write_text('{"name": "some"}')
    with pytest.raises(ValidationError):
        load(path)
