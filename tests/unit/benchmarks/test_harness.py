"""By turns, and told."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.comparison import Comparison, Run, load
from benchmarks.harness import by_turns, digits, process_cpu_sec, spread, tell, timed


def test_sides_take_turns() -> None:
    order: list[str] = []

    def side(name: str) -> Callable[[], Run]:
        def run() -> Run:
            order.append(name)
            return Run(len(order), 1, 1, 1)

        return run

    ours, peers = by_turns(side("ours"), side("peer"), 3)
    assert order == ["ours", "peer"] * 3
    assert [run.value for run in ours] == [1, 3, 5]
    assert [run.value for run in peers] == [2, 4, 6]


def test_what_was_found_is_reported_and_kept(
    make_comparison: Callable[..., Comparison], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = make_comparison(p99_ms=7)
    tell(found, tmp_path)
    told = capsys.readouterr().out
    assert "ours: 30 (20 to 60) lines/s; CPU 30 (20 to 60) ms each; p99 7 (7 to 7) ms" in told
    assert "3 (2 to 6) times better, 3 wanted: reached" in told
    assert load(tmp_path / "analyze_json.json") == found


@pytest.mark.parametrize(
    ("value", "text"), [(0.01234, "0.0123"), (2.0, "2"), (99.94, "99.9"), (1234.5, "1,234")]
)
def test_three_digits_are_reported(value: float, text: str) -> None:
    assert digits(value) == text


def test_spread_is_median_and_range() -> None:
    assert spread([5, 1, 3]) == "3 (1 to 5)"


def test_cpu_time_is_that_of_the_clock_which_was_given() -> None:
    ticks = iter([10.0, 12.5])
    with timed(lambda: next(ticks)) as watch:
        pass
    assert watch.cpu_sec == 2.5
    assert watch.wall_sec > 0


def test_process_has_taken_cpu_time() -> None:
    times = os.times()
    assert process_cpu_sec(os.getpid()) == pytest.approx(times.user + times.system, abs=0.5)
