"""Workers as processes, on a folder of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contract.jobs import ENDS, Job, JobState
from testkit.households import HOME
from testkit.workers import Workplace


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    place = Workplace(tmp_path / "data")
    yield place
    place.close()


@pytest.fixture
def until(eventually: Callable[..., Job]) -> Callable[..., Job]:
    """Waits until a job is in one of these states, by default an end."""

    def wait(place: Workplace, job: Job, *states: JobState) -> Job:
        def reached() -> Job | None:
            found = place.jobs.find(job.id, HOME)
            return found if found.state in (states or ENDS) else None

        return eventually(reached)

    return wait
