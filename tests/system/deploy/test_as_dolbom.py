"""deploy/as-dolbom reads an EnvironmentFile as systemd does, and never as a shell."""

import ctypes
import os
import pwd
import random
import re
import subprocess
from collections.abc import Callable
from ctypes import util
from pathlib import Path
from typing import Any

import pytest

# Of what means something to systemd, to a shell, or to nobody.
SIGNS = [*"AB==\n\n\r\"'\\ \t#;$`(", "거"]


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (
            "ALERT_URLS=mailto://user:pa;ss@gmail.com\n",
            {"ALERT_URLS": "mailto://user:pa;ss@gmail.com"},
        ),
        ("CAMERA_ID=거실(1층)\n", {"CAMERA_ID": "거실(1층)"}),
        ("API_KEY=a`id`b$(id)$HOME&|<>*?\n", {"API_KEY": "a`id`b$(id)$HOME&|<>*?"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A=ntfys://a json://b\n", {"A": "ntfys://a json://b"}),
        ("A=b   # no comment\n", {"A": "b   # no comment"}),
        ("# A=1\n; B=2\n  # C=3\nD=4\n", {"D": "4"}),
        ("# goes on \\\nA=1\nB=2\n", {"B": "2"}),
        ("A='b c'\nB=\"d 'e'\"\nC='f \"g\"'\n", {"A": "b c", "B": "d 'e'", "C": 'f "g"'}),
        ("A='b\nc'\n", {"A": "b\nc"}),
        ('A="b\\"c\\$d\\`e\\\\f\\g"\n', {"A": 'b"c$d`e\\f\\g'}),
        ('A="b\\\nc"\n', {"A": "bc"}),
        ("A=b\\\nc\n", {"A": "bc"}),
        ("A=a\\b\\\\c\n", {"A": "ab\\c"}),
        ("A=b \\ \nB=  c  \n", {"A": "b  ", "B": "c"}),
        ("A='b' \"c\" d'e'\n", {"A": "bcd'e'"}),
        (" A = b\n", {"A": "b"}),
        ("A=\nB=''\n", {"A": "", "B": ""}),
        ("A=1\nA=2\n", {"A": "2"}),
        ("export A=1\n1B=2\nno setting\n=3\nC=4", {"C": "4"}),
        ('A="never closed\nB=2\n', {"A": "never closed\nB=2\n"}),
        ("A=b\\", {"A": "b"}),
        ("", {}),
    ],
)
def test_file_means_what_systemd_says(as_dolbom: Any, text: str, variables: dict[str, str]) -> None:
    assert as_dolbom.read_environment_file(text) == variables


@pytest.fixture
def systemd(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """systemd's own reader."""
    found = sorted(Path("/usr/lib").glob("*/systemd/libsystemd-shared-*.so"))
    name = str(found[0]) if found else util.find_library("systemd-shared")
    if name is None or not hasattr(library := ctypes.CDLL(name), "load_env_file"):
        pytest.skip("needs systemd's library")

    def read(text: str) -> dict[str, str]:
        path = tmp_path / "x.env"
        path.write_bytes(text.encode())
        variables = ctypes.POINTER(ctypes.c_char_p)()
        assert library.load_env_file(None, str(path).encode(), ctypes.byref(variables)) >= 0
        entries = []
        while variables and (entry := variables[len(entries)]) is not None:
            entries.append(entry.decode().split("=", 1))
        # It passes over names that are none later, when it starts a service.
        return {key: value for key, value in entries if re.fullmatch(r"[A-Za-z_]\w*", key, re.A)}

    return read


def test_any_file_is_read_as_systemd_reads_it(
    as_dolbom: Any, systemd: Callable[[str], dict[str, str]]
) -> None:
    chance = random.Random(7)  # noqa: S311
    texts = ["".join(["A=", *chance.choices(SIGNS, k=chance.randint(1, 18))]) for _ in range(1500)]
    meant = {text: systemd(text) for text in texts}
    assert {text: as_dolbom.read_environment_file(text) for text in texts} == meant
    assert len({value for found in meant.values() for value in found.values()}) > 500


def test_environment_is_the_service_s_and_not_the_caller_s(
    as_dolbom: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_dolbom, "SETTINGS", tmp_path)
    monkeypatch.setenv("API_KEY", "of-the-caller")
    (tmp_path / "agent-hall.env").write_text("SOURCE='a b&c'\n", encoding="utf-8")
    found = as_dolbom.environment("agent-hall", "/var/lib/dolbom")
    assert (found["SOURCE"], found["CAMERA_ID"]) == ("a b&c", "hall")
    assert found["DATA_DIR"] == "/var/lib/dolbom/agent"
    assert "API_KEY" not in found
    # As EnvironmentFile replaces Environment in the unit.
    (tmp_path / "agent-hall.env").write_text("CAMERA_ID=거실\n", encoding="utf-8")
    assert as_dolbom.environment("agent-hall", "/")["CAMERA_ID"] == "거실"
    (tmp_path / "backend.env").write_text("TZ=Asia/Seoul\n", encoding="utf-8")
    found = as_dolbom.environment("backend", "/")
    assert (found["DATA_DIR"], "CAMERA_ID" in found) == ("/var/lib/dolbom/backend", False)


@pytest.fixture
def script(repository: Path, tmp_path: Path) -> Path:
    """as-dolbom for a machine below `tmp_path` whose services run as whoever runs the tests."""
    for folder in ("etc/dolbom", "var/lib/dolbom/backend", "opt/dolbom/current/.venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    text = (repository / "deploy" / "as-dolbom").read_text(encoding="utf-8")
    text = re.sub(r'Path\("/', f'Path("{tmp_path}/', text)
    me = pwd.getpwuid(os.getuid()).pw_name
    copy = tmp_path / "as-dolbom"
    copy.write_text(text.replace('USER = "dolbom"', f'USER = "{me}"'), encoding="utf-8")
    copy.chmod(0o755)
    return copy


@pytest.mark.skipif(os.getuid() != 0, reason="only root may become another user")
def test_command_is_run_with_the_settings_user_and_folder_of_the_service(script: Path) -> None:
    root = script.parent
    secret = "a`touch hit`;touch hit;$(touch hit)"
    (root / "etc/dolbom/backend.env").write_text(f"API_KEY={secret}\r\n", encoding="utf-8")
    program = root / "opt/dolbom/current/.venv/bin/run-something"
    program.write_text('#!/bin/sh\numask; pwd; id -un; echo "$DATA_DIR|$API_KEY|$*"; exit 7\n')
    program.chmod(0o755)
    command = [script, "backend", "run-something", "--port", "a b"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    state = f"{root}/var/lib/dolbom/backend"
    me = pwd.getpwuid(os.getuid()).pw_name
    said = ["0077", state, me, f"{state}|{secret}|--port a b"]
    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (7, said, "")
    assert not list(root.rglob("hit"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "usage: as-dolbom"),
        (["backend"], "usage: as-dolbom"),
        (["--help", "x"], "usage: as-dolbom"),
        (["agent-nowhere", "run-agent"], "etc/dolbom/agent-nowhere.env: No such file"),
    ],
)
def test_wrong_use_is_reported_in_a_line(script: Path, options: list[str], said: str) -> None:
    done = subprocess.run([script, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
