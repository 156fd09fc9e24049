"""What documents say of settings and commands is so."""

import re
import signal
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from agent.config import AgentSettings
from backend.config import BackendSettings, WorkerSettings
from backend.troubles.table import TROUBLES
from modeling.perception.incidents.event_machine import EventMachineSettings

REPOSITORY = Path(__file__).parents[3]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
COMMANDS: dict[str, str] = PROJECT["scripts"]
PLACE = re.compile(r"(?<![\w.-])/opt/dolbom/([\w.-]+)")
PLACES = {"cache", "current", "releases", "uv"}
"""What the installer makes there."""
TOOLS = {"lint-imports", "pytest", "python"}
RUN = re.compile(r"\buv run(?:\s+(?:--no-sync|--extra\s+\w+))*\s+([\w-]+)")
CODE = re.compile(r"```\w*\n(.*?)```|`([^`]+)`", re.DOTALL)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def names(settings: type[BaseSettings]) -> list[str]:
    """The variables that set the fields of `settings`."""
    found = {name: str(f.validation_alias or name) for name, f in settings.model_fields.items()}
    if found.pop("event_machine", None):
        found |= {f.name: f"event_machine__{f.name}" for f in fields(EventMachineSettings)}
    return sorted(name.upper() for name in found.values())


@pytest.mark.parametrize("document", [".env.example", "docs/configuration.md"])
@pytest.mark.parametrize(
    "name", sorted({*names(BackendSettings), *names(WorkerSettings), *names(AgentSettings)})
)
def test_setting_is_documented(repository: Path, document: str, name: str) -> None:
    text = (repository / document).read_text(encoding="utf-8")
    assert re.search(rf"\b{name}\b", text), f"{name} is missing in {document}"


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_to_do_about_a_trouble_is_documented(repository: Path, trouble: str) -> None:
    assert f"`{trouble}`" in (repository / "docs" / "operations.md").read_text(encoding="utf-8")


def documents() -> dict[str, str]:
    """The text of each."""
    readmes = [REPOSITORY / "README.md", REPOSITORY / "README.ko.md"]
    paths = [*readmes, *sorted((REPOSITORY / "docs").rglob("*.md"))]
    return {str(p.relative_to(REPOSITORY)): p.read_text(encoding="utf-8") for p in paths}


def lines_of_code(text: str) -> Iterator[str]:
    """Those of blocks, and what stands in a sentence as a line each."""
    for block, inline in CODE.findall(text):
        yield from block.replace("\\\n", " ").splitlines() or [" ".join(inline.split())]


def test_place_that_a_document_names_is_one_that_the_installer_makes() -> None:
    found = {place for text in documents().values() for place in PLACE.findall(text)}
    assert found == PLACES


def test_command_that_a_document_runs_is_the_projects_or_a_tool() -> None:
    runs = {(path, name) for path, text in documents().items() for name in RUN.findall(text)}
    assert {run for run in runs if run[1] not in COMMANDS.keys() | TOOLS} == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_documented_and_has_the_options_that_are_given_to_it(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = re.compile(rf"(?<![\w./-]){name}(?![\w-])([^|;&#]*)")
    lines = [line for text in documents().values() for line in lines_of_code(text)]
    calls = [given for line in lines for given in call.findall(line)]
    assert calls
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # a command may set its handlers first
    with pytest.raises(SystemExit) as ended:
        EntryPoint(name, COMMANDS[name], "console_scripts").load()()
    assert ended.value.code in (0, None)
    assert {*OPTION.findall(" ".join(calls))} <= {*OPTION.findall(capsys.readouterr().out)}
