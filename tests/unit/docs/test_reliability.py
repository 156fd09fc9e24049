"""What docs/reliability.md names is there."""

import re
from pathlib import Path

import pytest


@pytest.fixture
def page(repository: Path) -> str:
    return (repository / "docs" / "reliability.md").read_text(encoding="utf-8")


def missing(page: str, repository: Path) -> list[str]:
    """The tests and the commands that the page names and that are not there."""
    tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    modules = re.findall(r"python -m ([\w.]+)", page)
    return [
        *(f"{path}::{name}" for path, name in tests if not has_test(repository / path, name)),
        *(module for module in modules if not is_module(repository / module.replace(".", "/"))),
    ]


def is_module(path: Path) -> bool:
    """Whether `python -m` runs it: a file, or a package that can be run."""
    return path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def has_test(path: Path, name: str) -> bool:
    return path.is_file() and bool(
        re.search(rf"^def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    )


def test_every_test_and_command_on_the_page_is_there(page: str, repository: Path) -> None:
    assert page.count("`tests/") > 20
    assert missing(page, repository) == []


def promises(page: str) -> dict[str, dict[str, str]]:
    """What stands under each promise, by the word before it."""
    section = page.partition("## What people run into")[0]
    _, *pieces = re.split(r"^\*\*(.+)\*\*$", section, flags=re.MULTILINE)
    return {
        promise: dict(re.findall(r"^- ([\w ]+):\s+(.+)", text, re.MULTILINE))
        for promise, text in zip(pieces[::2], pieces[1::2], strict=True)
    }


def symptoms(page: str) -> list[str]:
    """What people run into: an entry each."""
    section = page.partition("## What people run into")[2]
    return re.split(r"^(?=- )", section, flags=re.MULTILINE)[1:]


def test_every_promise_has_a_figure_a_test_a_control_and_a_long_version(page: str) -> None:
    found = promises(page)
    assert len(found) > 10
    for promise, parts in found.items():
        assert set(parts) == {"Measured", "Test", "Control", "Long version"}, promise
        assert parts["Test"].removeprefix("- ").startswith("`tests/"), promise


def test_everything_that_people_run_into_has_what_happens_now_and_a_test(page: str) -> None:
    found = symptoms(page)
    assert len(found) > 100
    for entry in found:
        assert re.match(r"- \*\*.+\*\* \S.*\n  Test: `tests/", entry), entry


def test_control_what_is_not_there_is_found(page: str, repository: Path) -> None:
    wrong = page.replace("test_lost_answers.py::", "test_lost_questions.py::")
    wrong = wrong.replace("benchmarks.log_kills", "benchmarks.log_saves")
    found = missing(wrong.replace("_over_20_kills`", "_over_30_kills`"), repository)
    assert len({name for name in found if "test_lost_questions" in name}) == 3
    assert "benchmarks.log_saves" in found
    assert any(name.endswith("_over_30_kills") for name in found)
