"""kill -9 at each step between the END of a fall and its memo: strace kills the real server."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from testkit.kill_points import (
    LEDGER,
    MARK_SENT_FIRST,
    RECORDER,
    SEND_WITHOUT_A_NOTE,
    SENDER,
    KillPoint,
    Outcome,
    Trial,
)


@pytest.fixture(scope="module", autouse=True)
def _strace() -> None:
    """Whether processes may be traced here."""
    works = shutil.which("strace") and subprocess.run(
        ["strace", "-o", "/dev/null", sys.executable, "-c", ""], capture_output=True, check=False
    )
    if not works or works.returncode:
        pytest.skip("needs strace, and the right to trace")


@pytest.mark.parametrize(
    ("point", "states", "memos"),
    [
        (KillPoint(RECORDER, "fsync", 2), (None,), 1),  # the event is not durable, nor answered
        (KillPoint(LEDGER, "pwrite64", 1), (None,), 1),  # in the log alone
        (KillPoint(LEDGER, "fdatasync", 3), ("sending", "sent"), 1),
        (KillPoint(SENDER, "connect", 1), ("sending",), 1),
        (KillPoint(SENDER, "recvfrom", 1), ("sending",), 2),  # Kakao took it, the answer is lost
    ],
    ids=str,
)
def test_alert_survives_a_kill_and_is_repeated_only_in_the_ambiguous_step(
    tmp_path: Path, sandbox: Any, point: KillPoint, states: tuple[str | None, ...], memos: int
) -> None:
    outcome = killed_at(point, tmp_path, sandbox.url)
    assert outcome.state in states
    assert len(outcome.texts) == memos
    assert outcome.fault is None


def killed_at(point: KillPoint, folder: Path, sandbox_url: str) -> Outcome:
    """Of the first trial that comes to `point`: on a busy machine two notes may be one write."""
    for number in range(4):
        outcome = Trial(folder / f"trial{number}", sandbox_url).run(point)
        if outcome.killed:
            return outcome
    pytest.fail(f"no trial came to {point}")


@pytest.mark.parametrize(
    ("variant", "point", "fault"),
    [
        (MARK_SENT_FIRST, KillPoint(SENDER, "connect", 1), "the alert is lost"),
        (SEND_WITHOUT_A_NOTE, KillPoint(SENDER, "recvfrom", 1), "told as [False, False]"),
    ],
)
def test_server_that_breaks_the_promise_is_caught(
    tmp_path: Path, sandbox: Any, variant: str, point: KillPoint, fault: str
) -> None:
    outcome = Trial(tmp_path / "trial", sandbox.url, variant).run(point)
    assert outcome.killed
    assert outcome.fault is not None
    assert outcome.fault.startswith(fault)
