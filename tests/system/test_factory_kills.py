"""Needs torch: server and worker are killed while somebody uploads, trains and exports."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

import pytest

from benchmarks.factory_kills import disturbed
from testkit.disturbed_factory import DisturbedFactory
from testkit.impatient_owner import ImpatientOwner

pytestmark = pytest.mark.slow

if find_spec("torch") is None:
    pytest.skip("needs torch", allow_module_level=True)

KILLS = 2


@dataclass
class Course:
    """What was disturbed, by whom it was asked, and what was found in the end."""

    factory: DisturbedFactory
    owner: ImpatientOwner
    faults: list[str]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    rng = random.Random(2)  # noqa: S311 (when to kill)
    factory = DisturbedFactory(tmp_path_factory.mktemp("factory"), rng)
    try:
        factory.start()
        owner = ImpatientOwner(factory.server.url, formats=("onnx",), most=1)
        yield Course(factory, owner, disturbed(factory, owner, kills=KILLS, between_sec=4.0))
    finally:
        factory.close()


def test_nothing_is_lost_made_twice_or_offered_half_by_kills(course: Course) -> None:
    assert course.faults == []
    assert course.factory.killed.total() == KILLS
    assert len(course.owner.asked) >= 1


def test_control_a_job_that_is_lost_and_a_file_that_is_half_are_found(course: Course) -> None:
    made = next(it for it in course.factory.get("/versions") if it["job_id"] is not None)
    place = course.factory.blobs.place(made["files"]["model.onnx"])
    place.chmod(0o600)
    place.write_bytes(place.read_bytes()[:-1])
    found = list(course.factory.faults(course.owner.uploads, {*course.owner.asked, "lost"}))
    assert "the job lost is gone" in found
    assert f"model.onnx of the version {made['id']} is not whole" in found
