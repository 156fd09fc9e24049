"""Figures with a limit: told, kept and shown."""

from pathlib import Path

import pytest

from benchmarks.finding import Figure, Finding, as_markdown, finding_rows, load, tell
from modeling.training.evaluate.intervals import Estimate

GROWTH = Figure("grows by", "MB", 5.0, Estimate(value=5.0))
WAIT = Figure("wait, median", "s", 2.5, Estimate(value=2.51, low=2.4, high=2.75))


def finding(*figures: Figure) -> Finding:
    """Of somebody who copies."""
    return Finding("memory", "Copied by hand.", "3 monks.", "quill", "2026-11-21", figures)


def test_limit_itself_is_reached_and_what_is_above_it_is_not() -> None:
    assert finding(GROWTH).is_reached
    assert not finding(GROWTH, WAIT).is_reached


def test_what_was_found_is_reported_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = finding(GROWTH, WAIT)
    tell(found, tmp_path / "new")
    assert load(tmp_path / "new" / "memory.json") == found
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "memory: Copied by hand.",
        "3 monks.",
        "  grows by: 5 MB, at most 5 MB: reached",
        "  wait, median: 2.51 s (2.4 to 2.75), at most 2.5 s: missed",
    ]


def test_page_has_a_row_for_each_figure_and_the_plot() -> None:
    found = finding(GROWTH, WAIT)
    assert finding_rows(found) == [
        ("grows by", "5 MB", "at most 5 MB", "reached", "`quill`"),
        ("wait, median", "2.51 s (2.4 to 2.75)", "at most 2.5 s", "**missed**", "`quill`"),
    ]
    shown = as_markdown(found, "benchmarks/memory.svg")
    assert shown.startswith("Copied by hand. 3 monks. Taken 2026-11-21.\n")
    assert shown.endswith("![memory](benchmarks/memory.svg)")
