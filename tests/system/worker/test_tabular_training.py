"""`run-worker` learns from a data set of a table, and registers what comes of it."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from backend.datasets.service import DatasetService
from backend.datasets.versioning import NewVersion
from backend.jobs.service import JobWanted
from backend.storage.blobs import Blobs
from backend.versions.service import VersionService
from contract.datasets import DatasetFile, DatasetKind, DatasetVersion
from contract.jobs import ENDS, Job, JobKind, JobState
from contract.training import DatasetChoice, TrainingSpec
from modeling.tabular.model import TabularModel
from testkit.households import HOME
from testkit.workers import Workplace

RUN = "from backend.commands.worker import main; main()"
SETTINGS = {"target": "price", "folds": 2, "trees": 10}
ROWS = 400


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    place = Workplace(tmp_path / "data", settings={}, command=(sys.executable, "-c", RUN))
    yield place
    place.close()


def table_in(place: Workplace, folder: Path) -> DatasetVersion:
    """A data set of one Parquet file: a price for each size."""
    import duckdb

    sizes = np.random.default_rng(0).uniform(20, 120, ROWS)
    lines = "\n".join(f"{size:.2f},{3 * size:.2f}" for size in sizes)
    (folder / "homes.csv").write_text(f"size,price\n{lines}\n", encoding="utf-8")
    path = folder / "table.parquet"
    duckdb.read_csv(str(folder / "homes.csv")).write_parquet(str(path))
    blobs = Blobs(place.data_dir / "blobs")
    datasets = DatasetService(place.database, blobs)
    file = DatasetFile(path=path.name, sha256=blobs.keep_file(path), size=1)
    dataset = datasets.maker.new_dataset(1, "집값", DatasetKind.TABLE, None)
    return datasets.maker.make(NewVersion(dataset, [file], (), None))


def test_table_becomes_a_version_that_answers(
    place: Workplace, tmp_path: Path, eventually: Callable[..., Job]
) -> None:
    version = table_in(place, tmp_path)
    choice = DatasetChoice(id=version.id)
    spec = TrainingSpec(recipe="tabular", dataset_versions=(choice,), settings=SETTINGS)
    job = place.jobs.ask(JobWanted(JobKind.TRAINING, "집값", spec.model_dump(mode="json"), HOME))
    place.start()

    def ended() -> Job | None:
        found = place.jobs.find(job.id, HOME)
        return found if found.state in ENDS else None

    done = eventually(ended, timeout=120.0)
    assert (done.state, done.failure) == (JobState.COMPLETED, None)
    versions = VersionService(place.database, Blobs(place.data_dir / "blobs"))
    (made,) = versions.newest(HOME, recipe="tabular")
    assert (made.job_id, made.dataset_version_ids) == (job.id, (version.id,))
    assert made.metrics.mean_error is not None
    versions.put_into(made, tmp_path / "loaded")
    (told,) = TabularModel.load(tmp_path / "loaded").answers([{"size": 100}], "ko")
    assert told.value == pytest.approx(300, rel=0.15)
