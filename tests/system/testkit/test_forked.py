"""What is forked does as what is started by its script."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from testkit.forked import fork
from testkit.processes import Part, free_port, start, wait_ready

BEGINS = pytest.mark.parametrize("begin", [start, fork])


@BEGINS
def test_command_has_its_folder_its_environment_and_its_options_and_nothing_else(
    begin: Callable[..., Part], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", "short")  # not its own
    (tmp_path / ".env").write_text("TZ=Mars\n", encoding="utf-8")
    part = begin("run-backend", "--port", "0", folder=tmp_path, environment={"ALERT_URLS": "x://"})
    assert part.process.wait(60) == 2
    (line,) = part.log.read_text(encoding="utf-8").splitlines()
    assert "ALERT_URLS" in line
    assert "TZ" in line
    assert "API_KEY" not in line
    again = begin("run-backend", "--prot", "0", folder=tmp_path, environment={})
    assert again.process.wait(60) == 2
    assert "Usage: run-backend" in again.log.read_text(encoding="utf-8")


@BEGINS
def test_signals_end_it_and_its_status_says_which(
    begin: Callable[..., Part], tmp_path: Path
) -> None:
    port = free_port()
    for number, status in ((signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)):
        part = begin("run-kakao-sandbox", "--port", str(port), folder=tmp_path, environment={})
        wait_ready(part, f"http://127.0.0.1:{port}/sandbox/memos")
        assert part.process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            part.process.wait(0.0)
        part.process.send_signal(number)
        assert part.process.wait(20) == part.process.returncode == status
        part.process.kill()  # nobody is there, and nobody else is meant
