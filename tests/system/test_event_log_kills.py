"""Answered events over kills (kill -9) under load, with a real process and real HTTP."""

from pathlib import Path

import pytest

from benchmarks.log_kills import kill_at_random
from testkit.event_server import (
    Breakage,
    EventServer,
    answers_before_it_writes,
    forgets_what_it_recorded,
)


def test_every_answered_event_is_recorded_once_over_20_kills(tmp_path: Path) -> None:
    found = kill_at_random(EventServer(tmp_path / "events"), kills=20, seed=1)
    assert found.answered > 200
    assert (found.lost, found.doubled, found.not_json, found.not_recent) == ([], [], [], [])


@pytest.mark.parametrize(
    ("breakage", "symptom"),
    [(answers_before_it_writes, "lost"), (forgets_what_it_recorded, "doubled")],
)
def test_control_a_broken_server_is_caught(
    tmp_path: Path, breakage: Breakage, symptom: str
) -> None:
    for seed in range(5):
        found = kill_at_random(EventServer(tmp_path / str(seed), breakage), kills=3, seed=seed)
        if getattr(found, symptom):
            break
    assert getattr(found, symptom)
    assert not found.is_clean
