"""Growth of memory, from samples that nobody took."""

import csv
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from benchmarks.memory import Sample, draw, found, growth, read, sample


def grown(process: str, mb_a_minute: float) -> list[Sample]:
    """Ten minutes of a process that begins with 100 MB and once holds much more for a moment."""
    return [
        Sample(process, sec, 500.0 if sec == 575 else 100.0 + mb_a_minute * sec / 60, 90.0, 80.0)
        for sec in range(0, 601, 5)
    ]


def test_growth_is_from_the_sixth_minute_to_the_last_one_whatever_a_moment_takes() -> None:
    assert growth(grown("agent", 2.0)) == pytest.approx((111.0, 119.0), abs=0.2)


def test_each_process_has_the_limit_of_its_own() -> None:
    leaking, steady = grown("agent", 2.0), grown("server", 0.0)
    finding = found({"agent": leaking, "server": steady}, 3, date(2026, 11, 21))
    assert [figure.what for figure in finding.figures] == ["agent grows by", "server grows by"]
    assert [figure.is_reached for figure in finding.figures] == [False, True]
    assert "10 minutes" in finding.work
    assert "server: 100.0 MB, 100.0 MB at the end" in finding.remark


def test_running_process_is_sampled() -> None:
    one = sample("this", 5.0, os.getpid())
    assert (one.process, one.sec) == ("this", 5.0)
    assert 1 < one.anonymous <= one.rss
    assert 1 < one.pss <= one.rss


def test_process_that_has_ended_is_no_sample() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    with pytest.raises(OSError, match="smaps_rollup"):
        sample("gone", 5.0, child.pid)


def test_table_becomes_samples_and_a_plot(tmp_path: Path) -> None:
    samples = {name: grown(name, 0.1) for name in ("agent", "server")}
    with (tmp_path / "memory.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(asdict(samples["agent"][0])))
        writer.writeheader()
        writer.writerows(asdict(one) for of_one in samples.values() for one in of_one)
    assert read(tmp_path / "memory.csv") == samples
    draw(samples, tmp_path / "memory.svg")
    assert (tmp_path / "memory.svg").read_text(encoding="utf-8").startswith("<?xml")
