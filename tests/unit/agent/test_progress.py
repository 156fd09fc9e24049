"""The progress bar, where somebody is looking."""

import io
import sys
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from agent.progress import show_progress


class Terminal(io.StringIO):
    """Somebody is looking."""

    def isatty(self) -> bool:
        return True


@dataclass
class File:
    description: str = "[odd] {name}.npz"
    live: bool = False
    frame_count: int = 3


def test_bar_counts_frames_and_shows_the_name_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with ExitStack() as stack:
        advance = show_progress(File(), stack)
        for _ in range(3):
            advance()
    assert "[odd] {name}.npz" in terminal.getvalue()
    assert "3/3" in terminal.getvalue()


@pytest.mark.parametrize(("stderr", "live"), [(io.StringIO(), False), (Terminal(), True)])
def test_nothing_is_drawn_without_a_terminal_or_for_a_camera(
    monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, live: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", stderr)
    with ExitStack() as stack:
        show_progress(File(live=live), stack)()
    assert stderr.getvalue() == ""
