"""`run-worker` with carriers that count: `python -m testkit.counting_worker`."""

from unittest import mock

from backend.commands import worker
from backend.worker.carriers import Carriers
from contract.jobs import JobKind
from testkit.counting_job import CountingCarrier


def counting_carriers(*_: object) -> Carriers:
    """Trainings and works on pictures are counted; an export needs what nobody has."""
    missing = ("a_module_that_nobody_has", "torch_of_another_world")
    return {
        JobKind.TRAINING: CountingCarrier(),
        JobKind.IMAGE: CountingCarrier(JobKind.IMAGE),
        JobKind.EXPORT: CountingCarrier(JobKind.EXPORT, missing),
    }


if __name__ == "__main__":
    with mock.patch.object(worker, "open_carriers", counting_carriers):
        worker.main()
