"""Twenty cameras on two servers of which one is killed: every fall rings, once."""

from pathlib import Path

import pytest

from benchmarks.many_cameras.disturbances import Disturbances
from benchmarks.many_cameras.report import lines
from benchmarks.many_cameras.running import measure
from testkit.balancer import PROGRAM
from testkit.postgres import PROGRAMS
from testkit.simulated_boxes.plan import Planner, Shares

pytestmark = pytest.mark.skipif(
    PROGRAMS is None or PROGRAM is None, reason="needs PostgreSQL and nginx"
)
SECONDS = 8.0


def test_every_fall_of_twenty_cameras_rings_once_though_a_server_is_killed(tmp_path: Path) -> None:
    homes = Planner(SECONDS, shares=Shares(falls=0.6, wrong_clocks=0.2)).homes(20, 10)
    said: list[str] = []
    found = measure(tmp_path, homes, Disturbances(SECONDS, kills=1), 30.0, said.append)
    assert found.faults == []
    assert sum("kill -9" in line for line in said) == 1
    ended = [it.fall for home in homes for it in home.boxes if it.fall and it.fall.ends < SECONDS]
    assert len(found.waits) == len(ended) > 3
    assert min(it.seconds for it in found.waits) > 0.0
    assert found.wire_messages > 0
    assert found.writes["alerts.ledger.ledger.enter"].count >= len(ended)
    shown = "\n".join(lines(found, 0.0))
    assert f"falls ended: {len(ended)}; lost: 0; never taken: 0 events" in shown
