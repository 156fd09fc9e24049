"""Needs torch: server and worker are killed while somebody uploads, trains and exports."""

import random
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.factory_kills import disturbed
from testkit.disturbed_factory import DisturbedFactory
from testkit.impatient_owner import ImpatientOwner

if find_spec("torch") is None:
    pytest.skip("needs torch", allow_module_level=True)


def test_nothing_is_lost_made_twice_or_offered_half_by_kills(tmp_path: Path) -> None:
    rng = random.Random(4)  # noqa: S311 (when to kill)
    factory = DisturbedFactory(tmp_path, rng)
    try:
        factory.start()
        owner = ImpatientOwner(factory.server.url)
        assert disturbed(factory, owner, rng, kills=3, between_sec=3.0) == []
        assert {"server", "worker"} <= factory.killed.keys()
    finally:
        factory.close()
