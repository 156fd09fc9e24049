"""From a camera's events and its memo to times since the impact."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.impact_to_memo import impacts_of
from benchmarks.told_falls import Fall, draw, fall_of, found, keep

ZERO = 1_000_000.0  # of the stream, on the wall clock


def event(seq: int, at: float, late: float = 0.0, **fields: Any) -> dict[str, Any]:
    """An event at `at` s of the stream, made when the newest frame was `late`."""
    return {"seq": seq, "video_ts": at, "ts": ZERO + at + late, "event_type": "PROBS", **fields}


EVENTS = [
    event(4, 9.9, event_type="START", event="fall", frame_idx=300),
    event(3, 6.0, 0.02, event_type="END", event="fall", frame_idx=183),
    event(2, 4.5, 0.03, event_type="START", event="fall", frame_idx=135),
    event(1, 4.0, event_type="START", event="lying", frame_idx=120),
    event(0, 1.0, 0.01, frame_idx=30),
]


def fall(clip: str, took: float, own: float = 0.05) -> Fall:
    """A fall whose impact is at 4 s."""
    memo = 4.0 + took
    return Fall(clip, 4.0, 3.8, memo - own - 0.03, memo - own, memo, 0.01, 1.5)


def test_times_are_those_of_the_first_fall_on_the_clock_of_the_most_punctual_frame() -> None:
    told = fall_of("fall-01", 4.2, EVENTS, ZERO + 6.15, load=1.5)
    assert (told.start, told.end, told.decided) == (4.5, 6.0, pytest.approx(6.1))
    assert told.took == pytest.approx(1.95)
    assert told.own == pytest.approx(0.05)
    assert told.jitter == pytest.approx(0.03)
    assert told.load == 1.5


def test_figures_are_quantiles_of_the_falls_and_who_was_not_reported_is_named() -> None:
    told = [fall(f"fall-{n}", 1.0 + n / 10, 0.01 * (n + 1)) for n in range(21)]
    finding = found(told, ["fall-21"], date(2026, 11, 21))
    median, late, own = (figure.measured for figure in finding.figures)
    assert median.value == pytest.approx(2.0)
    assert late.value == pytest.approx(2.9)
    assert own.value == pytest.approx(208)
    assert median.low is not None
    assert 1.0 < median.low < median.value
    assert [figure.is_reached for figure in finding.figures] == [True, True, False]
    assert "21 of 22" in finding.remark
    assert "all but fall-21." in finding.remark
    assert finding.taken == "2026-11-21"


def test_without_a_fall_that_was_reported_there_are_no_figures() -> None:
    with pytest.raises(ValueError, match="no fall was told"):
        found([], ["fall-01"], date(2026, 11, 21))


def test_falls_are_kept_and_drawn_a_row_a_clip(tmp_path: Path) -> None:
    told = [fall("fall-01-cam0", 2.0), fall("fall-02-cam0", 1.5), fall("fall-01-cam0", 2.1)]
    keep(told, tmp_path / "falls.csv")
    with (tmp_path / "falls.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["clip"] for row in rows] == ["fall-01-cam0", "fall-02-cam0", "fall-01-cam0"]
    assert float(rows[2]["memo"]) == pytest.approx(6.1)
    draw(told, tmp_path / "falls.svg")
    assert (tmp_path / "falls.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_impact_is_the_first_frame_on_the_floor_of_the_horizontal_camera(tmp_path: Path) -> None:
    table = tmp_path / "clips.csv"
    table.write_text(
        "file,view,kind,on_floor_frame\n"
        "fall-01-cam0.mp4,cam0,fall,60\n"
        "fall-01-cam1.mp4,cam1,fall,60\n"
        "adl-01-cam0.mp4,cam0,adl,\n",
        encoding="utf-8",
    )
    assert impacts_of(table) == {"fall-01-cam0": 2.0}
