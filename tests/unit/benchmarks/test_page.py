"""The page is made of what was found."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import cli
from benchmarks.comparison import Comparison, save
from benchmarks.finding import Figure, Finding, tell
from benchmarks.page import NOT_MEASURED, TEMPLATE, machine, render
from common.cli import create_cli
from modeling.training.evaluate.intervals import Estimate

Make = Callable[..., Comparison]
NAMES = [name for names in cli.SIDE_BY_SIDE.values() for name in names]


@pytest.fixture
def finding() -> Finding:
    """That nothing grows."""
    grows = Figure("grows by", "MB", 5.0, Estimate(value=1.0))
    return Finding("memory", "An hour.", "All well.", "python", "2026-11-20", (grows,))


def test_page_shows_each_comparison_in_the_table_and_in_its_place(make_comparison: Make) -> None:
    found = make_comparison(p99_ms=7, p99_limit_ms=300)
    template = "$table\n$plot\n$machine\n## Copying\n$analyze_json\n$log_start\n"
    page = render([found], [], "benchmarks", template, date(2026, 11, 21))
    row = "| analyze json | 3 (2 to 6) times better | 3 times | reached |"
    assert f"{row} `python -m benchmarks.quill` |" in page
    assert "](benchmarks/ratios.svg)" in page
    assert f"{machine()}, 2026-11-21" in page
    assert "Lines copied by hand. Against a quill.\n\n- Ours: 30 (20 to 60) lines/s." in page
    assert "- The peer: 10 (10 to 10) lines/s." in page
    assert "99 of 100 within 7 (7 to 7) ms." in page
    assert "At most 300 ms is wanted." in page
    assert "**3 (2 to 6) times better**, with 0.333 times less CPU, in 3 turns." in page
    assert page.endswith(f"{NOT_MEASURED}\n")


def test_claim_that_does_not_hold_is_shown_as_missed(make_comparison: Make) -> None:
    page = render([make_comparison(ours=(9, 9, 9))], [], "plots", "$table", date(2026, 11, 21))
    assert "**missed**" in page


def test_finding_without_a_peer_is_shown_in_its_place(finding: Finding) -> None:
    page = render([], [finding], "plots", "$table\n$memory\n$impact_to_memo\n", date(2026, 11, 21))
    assert "| grows by | 1 MB | at most 5 MB | reached | `python` |" in page
    assert "An hour. All well. Taken 2026-11-20." in page
    assert "](plots/memory.svg)" in page
    assert page.endswith(f"{NOT_MEASURED}\n")


def test_template_has_a_place_for_everything_that_is_measured_and_no_other() -> None:
    places = re.findall(r"\$(\w+)", TEMPLATE.read_text(encoding="utf-8"))
    assert sorted(places) == sorted([*NAMES, *cli.WITHOUT_PEER, "table", "plot", "machine"])


@pytest.mark.parametrize("name", [*cli.SIDE_BY_SIDE, *cli.WITHOUT_PEER])
def test_every_program_can_be_run_alone(repository: Path, name: str) -> None:
    program = repository / "benchmarks" / f"{name}.py"
    text = program.read_text(encoding="utf-8")
    assert 'if __name__ == "__main__":' in text
    assert f"python -m benchmarks.{name}`" in text


def test_results_become_page_and_plots(
    make_comparison: Make, finding: Finding, tmp_path: Path
) -> None:
    save(make_comparison(), tmp_path / "results")
    save(make_comparison(name="nobody_asked"), tmp_path / "results")
    tell(finding, tmp_path / "results")
    (tmp_path / "results" / "memory.svg").write_text("<svg/>", encoding="utf-8")
    cli.write_page(tmp_path / "results", tmp_path)
    page = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert "| analyze json |" in page
    assert "nobody" not in page
    assert "](benchmarks/memory.svg)" in page
    assert (tmp_path / "benchmarks" / "memory.svg").read_text(encoding="utf-8") == "<svg/>"
    plot = (tmp_path / cli.PLOT).read_text(encoding="utf-8")
    assert plot.startswith("<?xml")
    cli.write_page(tmp_path / "results", tmp_path)
    assert (tmp_path / cli.PLOT).read_text(encoding="utf-8") == plot


FAKE = """
import sys
from pathlib import Path
folder = Path(sys.argv[sys.argv.index("--results") + 1])
folder.mkdir(parents=True, exist_ok=True)
(folder / "{name}.json").write_text('''{found}''')
sys.exit({status})
"""


@pytest.fixture
def programs(
    make_comparison: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, tuple[str, ...]]:
    """Two programs that measure nothing, and the second of which fails."""
    for name, status in (("works", 0), ("fails", 1)):
        save(make_comparison(name=name), tmp_path)
        found = (tmp_path / f"{name}.json").read_text(encoding="utf-8")
        program = tmp_path / "benchmarks" / f"{name}.py"
        program.parent.mkdir(exist_ok=True)
        program.write_text(FAKE.format(name=name, found=found, status=status))
    (tmp_path / "benchmarks" / "__init__.py").touch()
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    known = {"works": ("works",), "fails": ("fails",)}
    monkeypatch.setattr(cli, "SIDE_BY_SIDE", known)
    return known


def _invoke(*options: str) -> tuple[int, str]:
    app = create_cli()
    app.command()(cli._run)
    done = CliRunner().invoke(app, options)
    return done.exit_code, done.output


def test_one_program_alone_is_run_and_written(
    programs: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    status, _ = _invoke("--only", "works")
    assert status == 0
    page = (tmp_path / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert "| works |" in page
    assert "| fails |" not in page


def test_program_that_fails_is_named_and_the_others_count(
    programs: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    status, output = _invoke()
    assert status == 1
    assert "failed: fails" in output
    assert "| works |" in (tmp_path / "docs" / "benchmarks.md").read_text(encoding="utf-8")


def test_unknown_name_is_bad_usage() -> None:
    status, output = _invoke("--only", "nothing")
    assert status == 2
    assert "no benchmark nothing" in " ".join(output.split())
