"""Whole tables, asked of a server and answered by `run-worker`, which may be killed meanwhile."""

import csv
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.storage.blobs import Blobs
from backend.tabular.batch_service import BatchService, By, Rows
from backend.tabular.served import load_serving
from contract.jobs import Job, JobState
from contract.tabular import Batch, BatchSpec
from modeling.perception.carried.talk import Talk
from modeling.tabular.model import TabularModel
from modeling.training.carried.batch import carry_out
from testkit.households import HOME
from testkit.tabular_models import A_ROW, make_model
from testkit.workers import Workplace

Until = Callable[..., Job]
Eventually = Callable[..., Any]
SETTINGS = {"WORKER_RETRY_AFTER": "0.2", "WORKER_QUEUES": "io:1", "OMP_NUM_THREADS": "1"}
WORKER = (sys.executable, "-c", "from backend.commands.worker import main; main()")
HEADER = ["id", *A_ROW]


class Office:
    """A worker as a household has it, and a model that answers tables."""

    def __init__(self, place: Workplace, folder: Path) -> None:
        self.place, self.blobs = place, Blobs(place.data_dir / "blobs")
        self.batches = BatchService(place.database, place.jobs, self.blobs)
        self.serving = load_serving("eclo", make_model(folder))

    def ask(self, content: bytes, source: str = "csv") -> Batch:
        rows = Rows(self.blobs.keep_bytes(content), source)
        return self.batches.ask(self.serving, rows, By(HOME, language="en"))

    def job(self, batch: Batch) -> Job:
        return self.place.jobs.find(batch.job_id, HOME)

    def answers(self, batch: Batch) -> list[dict[str, str]]:
        path = self.batches.path(self.batches.find(batch.job_id, "eclo", HOME))
        return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))

    def parts(self, batch: Batch) -> list[Path]:
        return sorted((self.place.work / batch.job_id / "parts").glob("*.csv"))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    place = Workplace(tmp_path / "data", settings=SETTINGS, command=WORKER)
    yield Office(place, tmp_path / "eclo")
    place.close()


@pytest.fixture(scope="module")
def working_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One whose worker is there already."""
    folder = tmp_path_factory.mktemp("office")
    place = Workplace(folder / "data", settings=SETTINGS, command=WORKER)
    place.start()
    yield Office(place, folder / "eclo")
    place.close()


def table(rows: int) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(HEADER)
    writer.writerows(
        [number, "rain", 20 + number % 90, number % 24, 2, 1] for number in range(rows)
    )
    return written.getvalue().encode()


def test_each_row_is_answered_as_if_it_were_asked_alone(
    working_office: Office, until: Until
) -> None:
    odd = b"7,hail,fast,,2,1\r\n"
    batch = working_office.ask(table(50) + odd)
    ended = until(working_office.place, working_office.job(batch))
    assert ended.state is JobState.COMPLETED, ended.failure
    found = working_office.batches.find(batch.job_id, "eclo", HOME)
    assert (found.rows, found.is_generated, found.state) == (51, True, JobState.COMPLETED)
    answers = working_office.answers(batch)
    row = {"weather": "rain", "speed_limit": 27, "hour": 7, "lanes": 2, "drivers": 1}
    (alone,) = TabularModel.load(working_office.serving.folder).answers([row], "en")
    assert float(answers[7]["predicted"]) == pytest.approx(alone.value, rel=1e-5)
    assert float(answers[7]["predicted_low"]) == pytest.approx(alone.low, rel=1e-5)
    assert (answers[7]["id"], answers[7]["predicted_as"]) == ("7", alone.interpretation)
    assert answers[50]["remark"] == (
        "weather: the training had no hail, so it counts as missing; "
        "speed_limit: the training had no fast, so it counts as missing"
    )


@pytest.mark.parametrize("how", ["killed", "cancelled"])
def test_what_was_ended_in_its_middle_offers_no_half_file_and_goes_on(
    office: Office, until: Until, eventually: Eventually, how: str
) -> None:
    batch = office.ask(table(100_000))
    process = office.place.start()
    eventually(lambda: len(office.parts(batch)) >= 2)
    if how == "killed":
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    else:
        office.place.jobs.cancel(batch.job_id, HOME)
        until(office.place, office.job(batch), JobState.CANCELLED)
    joined = office.place.work / batch.job_id / "answers.csv"
    # A quick machine has joined all rows before it is told to stop, and said of none.
    assert not joined.exists() or joined.read_bytes().count(b"\n") == 1 + 100_000
    assert office.batches.find(batch.job_id, "eclo", HOME).rows is None
    before = {path: path.stat().st_mtime_ns for path in office.parts(batch)}
    if how == "killed":
        office.place.start()
    else:
        office.place.jobs.resume(batch.job_id, HOME)
    ended = until(office.place, office.job(batch))
    assert ended.state is JobState.COMPLETED, ended.failure
    assert {path: path.stat().st_mtime_ns for path in before} == before  # not made again
    answers = office.answers(batch)
    assert [row["id"] for row in answers] == [str(number) for number in range(100_000)]
    assert all(row["predicted"] for row in answers)


def test_table_that_cannot_be_answered_fails_its_job_once(
    working_office: Office, until: Until
) -> None:
    batch = working_office.ask(b"hour\n1\n1,2\n")
    ended = until(working_office.place, working_office.job(batch))
    assert (ended.state, ended.attempts) == (JobState.FAILED, 1)
    assert "row 2: expected 1 cells, as in the header, got 2" in (ended.failure or "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "expected a CSV file whose first line names the columns"),
        (b"colour\nred\n", "expected a header with some of the columns"),
        (b'hour\n1\n"2\n', "unexpected end of data"),
        (b"hour\n" + b"1\n" * 50_000 + b"\xff\n", "expected a CSV file in UTF-8"),
        (b"hour\n" + b"x" * 200_000, "field larger than field limit"),
    ],
    ids=["empty", "of others", "unclosed", "no UTF-8", "endless cell"],
)
def test_table_that_cannot_be_answered_says_what_was_expected(
    tmp_path: Path, content: bytes, said: str
) -> None:
    make_model(tmp_path / "checkpoint")
    (tmp_path / "table.csv").write_bytes(content)
    spec = BatchSpec(
        model="eclo", version="1", checkpoint={}, table="", is_parquet=False, language="en"
    )
    told = io.StringIO()
    carry_out(Talk(told), tmp_path, spec)
    assert said in told.getvalue().splitlines()[-1]
    assert not (tmp_path / "answers.csv").exists()


def test_parquet_file_of_a_data_set_is_answered(
    working_office: Office, until: Until, tmp_path: Path
) -> None:
    import duckdb

    path = tmp_path / "table.parquet"
    columns = "'rain' AS weather, range::INT AS hour, NULL AS lanes, '낮, 밤' AS note"
    duckdb.sql(f"SELECT {columns} FROM range(5)").write_parquet(str(path))  # noqa: S608 (our own)
    batch = working_office.ask(path.read_bytes(), "a-version")
    ended = until(working_office.place, working_office.job(batch))
    assert ended.state is JobState.COMPLETED, ended.failure
    answers = working_office.answers(batch)
    assert [(row["hour"], row["lanes"], row["note"]) for row in answers] == [
        (str(hour), "", "낮, 밤") for hour in range(5)
    ]
    assert all(row["predicted"] and not row["remark"] for row in answers)
