"""What stands for systemd starts what was killed, and not what was stopped."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fire_drill.service import Service
from testkit import units
from testkit.processes import free_port, start

Eventually = Callable[..., Any]
UNIT = "[Service]\nRestart=always\nRestartSec=0.2\nEnvironment=A=1\nEnvironment=B=2\n"


@pytest.fixture
def kept_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A small command of our own, with a unit of its own."""
    (tmp_path / "small.service").write_text(UNIT)
    monkeypatch.setattr(units, "UNITS", tmp_path)
    port = str(free_port())
    environment = {"PATH": os.environ["PATH"]}
    return Service(
        "small.service",
        lambda: start(
            "run-kakao-sandbox", "--port", port, folder=tmp_path, environment=environment
        ),
    )


def test_killed_part_is_started_again_until_it_is_stopped(
    kept_up: Service, eventually: Eventually
) -> None:
    kept_up.start()
    first = kept_up.part
    kept_up.kill()
    eventually(lambda: kept_up.part is not first)
    assert first.process.returncode == -signal.SIGKILL
    second = kept_up.part
    kept_up.stop()
    assert second.process.poll() is not None
    kept_up.start()
    third = kept_up.part
    kept_up.pull()
    assert third.process.poll() == -signal.SIGKILL
    assert kept_up.part is third
