"""The frame of every command: what it says, and the status it ends with."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import typer

from agent.config import AgentSettings
from backend.config import BackendSettings
from common.cli import needs, plain_errors, run, stoppable
from common.settings import read_settings

SECRET = "s3cr3t-k3y-s3cr3t"
NOBODY = 65_534


READERS: list[Callable[[], object]] = [
    partial(read_settings, BackendSettings),
    partial(read_settings, AgentSettings),
]


@pytest.fixture
def dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("API_KEY", raising=False)
    return tmp_path / ".env"


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("content", "line"),
    [
        (f'API_KEY="{SECRET}\n', 1),
        (f"DATA_DIR=a\n\n# the key\nAPI_KEY: {SECRET}\n", 4),
        (f"{SECRET}\n", 1),
        (f"API_KEY={SECRET}\n\n\nALERT_URLS='ntfys://it''s\n", 4),
    ],
)
def test_line_that_is_no_setting_stops_the_start_with_its_number_and_is_not_shown(
    dotenv: Path,
    read: Callable[[], object],
    content: str,
    line: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    dotenv.write_text(content, encoding="utf-8")
    with pytest.raises(typer.Exit) as stopped:
        read()
    assert stopped.value.exit_code == 2
    assert capsys.readouterr().err == (f"wrong setting: line {line} of .env: expected NAME=value\n")


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "content",
    [
        f"\ufeffAPI_KEY={SECRET}\n",
        f"# 거실\r\nexport API_KEY='{SECRET}'\r\n",
        f'API_KEY="{SECRET}" # behind it\n\n',
    ],
    ids=["mark of an editor", "lines of Windows", "comment"],
)
def test_settings_are_read_however_an_editor_writes_them(
    dotenv: Path, read: Callable[[], object], content: str
) -> None:
    dotenv.write_bytes(content.encode())
    key = read().api_key  # type: ignore[attr-defined]
    assert key.get_secret_value() == SECRET


@pytest.mark.parametrize("read", READERS)
def test_folder_of_that_name_is_no_file_of_settings(
    dotenv: Path, read: Callable[[], object]
) -> None:
    dotenv.mkdir()
    assert read()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, which may enter any folder."""
    if was_root := os.geteuid() == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)


@pytest.mark.parametrize("read", READERS)
def test_folder_that_may_not_be_entered_stops_the_start_with_what_to_do(
    dotenv: Path, read: Callable[[], object], capsys: pytest.CaptureFixture[str]
) -> None:
    dotenv.parent.chmod(0)
    try:
        with as_nobody(), pytest.raises(typer.Exit) as stopped:
            read()
    finally:
        dotenv.parent.chmod(0o700)
    assert stopped.value.exit_code == 2
    assert "cannot be read: expected a folder that may be entered" in capsys.readouterr().err


def test_command_whose_import_fails_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/somewhere/run-backend", "--port", "1"])
    with pytest.raises(SystemExit) as stopped, needs("the group `backend`"):
        import no_such_module  # type: ignore[import-not-found]  # noqa: F401
    assert stopped.value.code == (
        "run-backend cannot start: No module named 'no_such_module'; it needs the group `backend`"
    )


def test_command_that_is_stopped_while_it_imports_says_so() -> None:
    with pytest.raises(SystemExit) as stopped, needs("nothing"):
        raise KeyboardInterrupt
    assert stopped.value.code == "stopped before it began"


def _fail() -> None:
    with stoppable("stopped"), plain_errors(OSError):
        raise OSError("no such file")


def _stop() -> None:
    with stoppable("stopped: it goes on"):
        raise KeyboardInterrupt


def _do(count: int = 0) -> None:
    typer.echo(f"did {count}")


@pytest.mark.parametrize(
    ("command", "options", "status", "said"),
    [
        (_do, [], 0, "did 0"),
        (_do, ["--count", "x"], 2, "Invalid value"),
        (_do, ["-h"], 0, "--count"),
        (_fail, [], 1, "error: no such file\n"),
        (_stop, [], 1, "stopped: it goes on\n"),
    ],
)
def test_status_and_last_words_of_a_command(
    command: Callable[..., None],
    options: list[str],
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["command", *options])
    with pytest.raises(SystemExit) as ended:
        run(command)
    assert ended.value.code == status
    out, err = capsys.readouterr()
    assert said in (err if status else out)
    assert "Traceback" not in err
