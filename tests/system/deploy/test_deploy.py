"""The units in deploy/ fit the commands and the settings that there are."""

import re
import shutil
import subprocess
import tomllib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic_settings import BaseSettings

from agent.config import AgentSettings
from agent.watch import END_SEC as AGENT_END_SEC
from backend.config import BackendSettings, VisionSettings, WorkerSettings
from backend.http.server import END_SEC as BACKEND_END_SEC

Unit = dict[str, list[str]]

BACKEND, AGENT = "dolbom-backend.service", "dolbom-agent@.service"
VISION, WORKER = "dolbom-vision.service", "dolbom-worker.service"
BACKUP, TIMER = "dolbom-backup.service", "dolbom-backup.timer"
SETTINGS: dict[str, type[BaseSettings]] = {
    BACKEND: BackendSettings,
    AGENT: AgentSettings,
    VISION: VisionSettings,
    WORKER: WorkerSettings,
}
EXAMPLES: dict[str, type[BaseSettings]] = {
    "backend.env.example": BackendSettings,
    "agent.env.example": AgentSettings,
    "vision.env.example": VisionSettings,
    "worker.env.example": WorkerSettings,
}
PREFIX = "/opt/dolbom/current"
PYTHON_S_OWN = {"PYTHONDONTWRITEBYTECODE"}
PAIRED = {"api_key", "backend_base_url", "camera_id", "source"}
"""What a camera box gets for its code, and what is said beside it."""


@pytest.fixture
def deploy(repository: Path) -> Path:
    return repository / "deploy"


def parsed(text: str) -> Unit:
    """The values of each directive, in their order."""
    unit: Unit = defaultdict(list)
    for name, value in re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE):
        unit[name].append(value)
    return unit


def known(settings: type[BaseSettings]) -> set[str]:
    fields = settings.model_fields.items()
    return {str(field.validation_alias or name).upper() for name, field in fields}


def faults(unit: Unit, settings: type[BaseSettings], scripts: set[str]) -> list[str]:
    """What does not fit, in plain words."""
    environment = dict(entry.split("=", 1) for entry in unit["Environment"])
    folder, _, program = unit["ExecStart"][0].partition(" ")[0].rpartition("/")
    found = []
    if folder != f"{PREFIX}/.venv/bin" or program not in scripts:
        found.append("no such program")
    if unknown := set(environment) - known(settings) - PYTHON_S_OWN:
        found.append(f"no such setting: {sorted(unknown)}")
    state = f"/var/lib/{unit['StateDirectory'][0]}"
    if "DATA_DIR" in known(settings) and environment.get("DATA_DIR") != state:
        found.append("DATA_DIR is not the StateDirectory")
    if unit["WorkingDirectory"] != [state]:
        found.append("WorkingDirectory is not the StateDirectory")
    return found


@pytest.fixture
def scripts(repository: Path) -> set[str]:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    return set(project["project"]["scripts"])


@pytest.mark.parametrize("name", SETTINGS)
def test_unit_starts_a_command_that_there_is_with_settings_that_there_are(
    deploy: Path, scripts: set[str], name: str
) -> None:
    unit = parsed((deploy / name).read_text(encoding="utf-8"))
    assert faults(unit, SETTINGS[name], scripts) == []


@pytest.mark.parametrize(
    ("right", "wrong", "symptom"),
    [
        ("bin/run-backend", "bin/run-server", "no such program"),
        ("=DATA_DIR=", "=DATADIR=", "no such setting: ['DATADIR']"),
        ("StateDirectory=dolbom/", "StateDirectory=", "DATA_DIR is not the StateDirectory"),
    ],
)
def test_control_a_unit_that_does_not_fit_is_found(
    deploy: Path, scripts: set[str], right: str, wrong: str, symptom: str
) -> None:
    text = (deploy / BACKEND).read_text(encoding="utf-8").replace(right, wrong)
    assert symptom in faults(parsed(text), BackendSettings, scripts)


@pytest.mark.parametrize("name", SETTINGS)
def test_unit_is_started_at_boot_and_again_for_as_long_as_it_takes(deploy: Path, name: str) -> None:
    unit = parsed((deploy / name).read_text(encoding="utf-8"))
    assert unit["WantedBy"] == ["multi-user.target"]
    assert (unit["Restart"], unit["StartLimitIntervalSec"]) == (["always"], ["0"])
    assert float(unit["TimeoutStopSec"][0]) > max(AGENT_END_SEC, BACKEND_END_SEC)


def test_all_units_are_kept_in_the_same_way(deploy: Path) -> None:
    backend, agent, vision, worker = (
        parsed((deploy / name).read_text(encoding="utf-8")) for name in SETTINGS
    )
    own = {"Description", "ExecStart", "Environment", "EnvironmentFile"}
    own |= {"StateDirectory", "WorkingDirectory"}
    camera = {"MemoryMax", "PrivateDevices", "SupplementaryGroups", "DevicePolicy", "DeviceAllow"}
    assert differing(backend, agent) == own | camera
    assert differing(backend, vision) == own | {"Documentation"}
    # It works on the server's own data.
    shared = {"Environment", "StateDirectory", "WorkingDirectory"}
    assert differing(backend, worker) == own - shared | {"Documentation", "MemoryMax"}


def test_backup_is_made_each_night_as_the_server_runs(deploy: Path, scripts: set[str]) -> None:
    backend, backup, timer = (
        parsed((deploy / name).read_text(encoding="utf-8")) for name in (BACKEND, BACKUP, TIMER)
    )
    assert faults(backup, BackendSettings, scripts) == []
    own = {"Type", "ExecStart", "Description", "Documentation", "RequiresMountsFor"}
    own |= {"Nice", "IOSchedulingClass", "LoadCredential", "ReadWritePaths"}
    started = {"Restart", "RestartSec", "StartLimitIntervalSec", "TimeoutStopSec", "KillMode"}
    started |= {"Wants", "After", "WantedBy", "RestrictAddressFamilies"}
    assert differing(backend, backup) == own | started
    assert (timer["WantedBy"], timer["Persistent"]) == (["timers.target"], ["yes"])


def differing(one: Unit, other: Unit) -> set[str]:
    return {name for name in {*one, *other} if one[name] != other[name]}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_of_an_environment_file_has_known_settings_with_good_values(
    deploy: Path, name: str, monkeypatch: pytest.MonkeyPatch, as_dolbom: Any
) -> None:
    settings = EXAMPLES[name]
    for setting in known(settings):
        monkeypatch.delenv(setting, raising=False)
    found = as_dolbom.read_environment_file((deploy / name).read_text(encoding="utf-8"))
    assert set(found) <= known(settings)
    for setting, value in found.items():
        monkeypatch.setenv(setting, value)
    settings()


def test_example_for_a_camera_box_leaves_to_its_pairing_what_that_brings(
    deploy: Path, monkeypatch: pytest.MonkeyPatch, as_dolbom: Any
) -> None:
    text = (deploy / "agent.env.example").read_text(encoding="utf-8")
    unit = {"CAMERA_ID": "hall"}  # which the unit sets
    for setting, value in (unit | as_dolbom.read_environment_file(text)).items():
        monkeypatch.setenv(setting, value)
    assert AgentSettings().model_fields_set & PAIRED == set()


@pytest.fixture
def verify(deploy: Path, tmp_path: Path) -> Callable[[str, str], str]:
    """What `systemd-analyze verify` says of the units, with something in them replaced."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs systemd-analyze")
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("run-agent", "run-backend", "run-backup", "run-vision", "run-worker"):
        (programs / name).symlink_to("/bin/true")

    def run(old: str, new: str) -> str:
        names = [*SETTINGS, BACKUP, TIMER]
        units = [tmp_path / name.replace("@", "@hall") for name in names]
        for name, unit in zip(names, units, strict=True):
            text = (deploy / name).read_text(encoding="utf-8").replace(old, new)
            unit.write_text(text.replace(f"={PREFIX}/", f"={tmp_path}/"), encoding="utf-8")
        done = subprocess.run(
            [analyze, "verify", *units], capture_output=True, text=True, check=False
        )
        # Of this machine's own units it may have something to say as well.
        return "\n".join(line for line in done.stderr.splitlines() if "dolbom" in line)

    return run


def test_systemd_finds_nothing_wrong(verify: Callable[[str, str], str]) -> None:
    assert verify("", "") == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("ProtectSystem=strict", "ProtectSytem=strict"), ("bin/run-", "bin/start-")],
)
def test_control_systemd_finds_a_slip(
    verify: Callable[[str, str], str], right: str, wrong: str
) -> None:
    assert wrong.partition("=")[0] in verify(right, wrong)


def test_files_and_commands_that_the_page_for_households_names_are_there(
    repository: Path, scripts: set[str]
) -> None:
    page = (repository / "docs" / "household.md").read_text(encoding="utf-8")
    files = set(re.findall(r"(?:deploy|demo)/[\w./@-]*\w", page))
    assert len(files) >= 3
    assert [name for name in files if not (repository / name).is_file()] == []
    assert set(re.findall(r"\brun-\w[\w-]*", page)) <= scripts
