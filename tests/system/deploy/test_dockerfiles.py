"""The Dockerfiles pass hadolint and the rules of this project; what they name is there."""

import importlib.util
import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import lightgbm
import pytest

from agent.config import AgentSettings
from backend.config import BackendSettings
from common.settings import Settings

HALVES: dict[str, type[Settings]] = {"server": BackendSettings, "camera": AgentSettings}
OF_PYTHON = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}

OF_DEBIAN = {
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "libstdc++.so.6",
}

Instruction = tuple[str, str]
"""Its name, and what it says, on one line."""


def instructions(text: str) -> list[Instruction]:
    """Those of a Dockerfile."""
    lines = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    whole = re.sub(r"\s*\\\n\s*", " ", lines)
    found = (line.partition(" ") for line in whole.splitlines() if line.strip())
    return [(name, said.strip()) for name, _, said in found]


def faults(found: list[Instruction]) -> list[str]:
    """What our own rules say of it, beyond hadolint."""
    last = dict(found)
    runtime = found[max(i for i, (name, _) in enumerate(found) if name == "FROM") :]
    wrong = []
    if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", last.get("USER", "")):
        wrong.append("USER is no number")
    if "HEALTHCHECK" not in last:
        wrong.append("nothing is asked whether it is well")
    if any(":latest" in said for _, said in found):
        wrong.append("latest is no version")
    if any(re.search("amd64|x86|arm64|aarch64", said) for _, said in found):
        wrong.append("it is for one kind of machine")
    if any(re.search(r"\b(apt-get|pip|uv) ", said) for name, said in runtime if name == "RUN"):
        wrong.append("something is installed in the last stage")
    return wrong


@pytest.fixture(params=HALVES)
def half(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def dockerfile(repository: Path, half: str) -> Path:
    return repository / "deploy" / f"{half}.Dockerfile"


@pytest.fixture
def found(dockerfile: Path) -> list[Instruction]:
    return instructions(dockerfile.read_text(encoding="utf-8"))


@pytest.fixture
def project(repository: Path) -> dict[str, Any]:
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))


def test_hadolint_has_nothing_to_say(dockerfile: Path) -> None:
    done = subprocess.run(["hadolint", dockerfile], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_own_rules_are_kept(found: list[Instruction]) -> None:
    assert faults(found) == []


@pytest.mark.parametrize(
    ("right", "wrong", "symptom"),
    [
        ("USER 10001:10001", "USER dolbom", "USER is no number"),
        ("USER 10001:10001", "USER 0:0", "USER is no number"),
        ("HEALTHCHECK", "LABEL", "nothing is asked whether it is well"),
        ("python:3.11-slim-bookworm", "python:latest", "latest is no version"),
        ("FROM ${BASE}\n", "FROM --platform=amd64 ${BASE}\n", "it is for one kind of machine"),
        ("RUN install", "RUN pip install", "something is installed in the last stage"),
    ],
)
def test_control_a_fault_is_found(dockerfile: Path, right: str, wrong: str, symptom: str) -> None:
    text = dockerfile.read_text(encoding="utf-8")
    assert right in text
    assert faults(instructions(text.replace(right, wrong))) == [symptom]


def test_what_it_starts_and_asks_is_there(found: list[Instruction], project: Any) -> None:
    said = dict(found)
    (command,) = json.loads(said["CMD"])
    assert command in project["project"]["scripts"]
    python, option, module, _ = json.loads(said["HEALTHCHECK"].partition(" CMD ")[2])
    assert (python, option) == ("python", "-m")
    assert importlib.util.find_spec(module)


def test_what_is_copied_is_there_and_let_in(repository: Path, found: list[Instruction]) -> None:
    let_in = (repository / ".dockerignore").read_text(encoding="utf-8").splitlines()
    words = [shlex.split(said) for name, said in found if name == "COPY"]
    sources = {path for line in words if line[0] != "--from=builder" for path in line[:-1]}
    for source in sources - {"."}:
        assert (repository / source).exists()
        assert f"!{source.partition('/')[0]}" in let_in


def test_nothing_is_let_in_but_what_is_named(repository: Path) -> None:
    lines = (repository / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if not line.startswith("#")]
    assert rules[0] == "*"
    assert all((repository / rule[1:]).exists() for rule in rules if rule.startswith("!"))
    assert not {"!data", "!deploy", "!.env", "!tests", "!.git"} & set(rules)


def test_its_variables_are_settings_and_none_is_a_secret(
    found: list[Instruction], half: str
) -> None:
    runtime = [said for name, said in found if name == "ENV"][-1]
    names = {word.partition("=")[0] for word in shlex.split(runtime)} - OF_PYTHON
    assert names == {"DATA_DIR"}
    assert names <= set(HALVES[half].names()) - set(HALVES[half].secrets())


def test_image_has_what_its_wheels_leave_to_the_system(repository: Path) -> None:
    """Debian's slim images lack what LightGBM is linked against."""
    (library,) = Path(lightgbm.__file__).parent.glob("lib/*.so")
    linked = subprocess.run(["ldd", library], capture_output=True, text=True, check=True).stdout
    found = instructions((repository / "deploy" / "server.Dockerfile").read_text(encoding="utf-8"))
    copied = " ".join(said for name, said in found if name == "COPY")
    names = set(re.findall(r"^\s*(\S+) =>", linked, re.MULTILINE)) - OF_DEBIAN
    assert names == {"libgomp.so.1"}
    assert all(name in copied for name in names)


def test_its_version_and_groups_are_the_project_s(found: list[Instruction], project: Any) -> None:
    text = "\n".join(said for _, said in found)
    versions = re.findall(r'image\.version="([^"]+)"', text)
    assert versions == [project["project"]["version"]]
    assert set(re.findall(r"--group (\w+)", text)) <= set(project["dependency-groups"])
    extras = project["project"]["optional-dependencies"]
    assert set(re.findall(r"--extra (\w+)", text)) <= set(extras)
