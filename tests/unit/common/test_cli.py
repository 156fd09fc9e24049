"""A `.env` that cannot be read as it was meant stops every command that reads it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import typer

from agent.config import AgentSettings
from backend.config import BackendSettings
from common.settings import read_settings

SECRET = "s3cr3t-k3y-s3cr3t"


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
