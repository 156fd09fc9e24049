"""A training as its worker carries it out: by the carrier, in a process of its own."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from backend.jobs.service import JobService, JobWanted
from backend.storage.database import open_factory_database
from backend.training.carrier import TrainingCarrier
from contract.datasets import DatasetKind
from contract.jobs import MESSAGE, Finished, Job, JobKind, Measured, Message
from contract.training import TrainingSpec
from testkit.households import HOME
from testkit.known_datasets import KnownDatasets
from testkit.versions import open_versions


def training_job(folder: Path, recipe: str, settings: Mapping[str, Any], **spec: Any) -> Job:
    """A job that was asked for, of a factory in `folder`, which learns from the data set `one`."""
    jobs = JobService(open_factory_database(None, folder))
    spec = {"dataset_versions": ["one"], "recipe": recipe, "settings": settings, **spec}
    wanted = TrainingSpec.model_validate(spec).model_dump(mode="json")
    return jobs.ask(JobWanted(JobKind.TRAINING, recipe, wanted, HOME))


def carrier_of(folder: Path, kind: DatasetKind, data: Path) -> TrainingCarrier:
    """The carrier of that factory, whose data set `one` is the folder `data`."""
    datasets = KnownDatasets({"one": kind}, {"one": data})
    return TrainingCarrier(datasets, open_versions(folder))


def carry_out(
    command: list[str], until: Callable[[Message], bool] = lambda _: False
) -> list[Message]:
    """What the process said: to its end, or until a message after which it is killed."""
    messages: list[Message] = []
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:  # noqa: S603 (our own)
        assert process.stdout is not None  # noqa: S101
        for line in process.stdout:
            messages.append(MESSAGE.validate_json(line))
            if until(messages[-1]):
                process.kill()
                break
    return messages


def is_epoch(fit: str, epoch: int) -> Callable[[Message], bool]:
    """Whether a message tells of an epoch of a fit."""
    return lambda message: (
        isinstance(message, Measured) and (message.metric.fit, message.metric.epoch) == (fit, epoch)
    )


def result_of(messages: list[Message]) -> dict[str, Any]:
    """What it gave in the end."""
    assert isinstance(messages[-1], Finished), messages[-1]  # noqa: S101
    return messages[-1].result
