"""What the process of a job says, on its way into the tables."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from backend.jobs import claims
from backend.jobs.claims import claim_of
from backend.jobs.service import JobService, JobWanted
from backend.storage.errors import DatabaseUnavailable
from backend.storage.shared_file import SharedFile
from backend.tracking.trackers import open_trackers
from backend.worker.notes import CUT, MAX_LINE, MAX_LINES, MAX_METRICS, TOO_MANY, Notes
from contract.jobs import Job, JobKind, Measured, MetricAt, Progress, Refused, Said
from testkit.households import HOME

NOBODY = open_trackers((), Path())


class Away(SharedFile):
    """Refuses to be written."""

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        raise DatabaseUnavailable("the disk is full")
        yield


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SharedFile]:
    with closing(SharedFile(tmp_path / "factory.sqlite3")) as database:
        yield database


@pytest.fixture
def job(database: SharedFile) -> Job:
    JobService(database).ask(JobWanted(JobKind.TRAINING, "t", {}, HOME))
    with database.writing() as db:
        claimed = claims.claim_next(db, "usual", "one", 1.0)
    assert claimed is not None
    return claimed


def say(notes: Notes, *messages: Progress | Said | Measured | Refused) -> None:
    for message in messages:
        notes.hear(message.model_dump_json().encode() + b"\n")


def test_messages_are_kept_as_what_they_are_also_after_a_failure(
    database: SharedFile, job: Job, tmp_path: Path
) -> None:
    notes = Notes(claim_of(job), NOBODY, clock=lambda: 7.0)
    metric = MetricAt(fit="all", name="loss", epoch=1, value=0.5)
    say(notes, Progress(doing="learning", done=1, total=9), Said(line="so far"))
    with pytest.raises(DatabaseUnavailable):
        notes.write(Away(tmp_path / "away"))
    say(notes, Measured(metric=metric), Progress(doing="learning", done=2, total=9))
    notes.write(database)
    service = JobService(database)
    found = service.find(job.id, HOME)
    assert (found.doing, found.done, found.total) == ("learning", 2, 9)
    assert service.metrics(found) == [metric]
    assert [(it.at, it.line) for it in service.lines(found)] == [(7.0, "so far")]


def test_what_is_no_message_is_a_line_of_bounded_length(database: SharedFile, job: Job) -> None:
    notes = Notes(claim_of(job), NOBODY)
    for line in (b"{}\n", b"\xff\x00\x1b[31m\n", b"\n", b"x" * 10_000):
        notes.hear(line)
    notes.hear_error(b"Traceback\n")
    notes.write(database)
    lines = [it.line for it in JobService(database).lines(job)]
    assert lines == ["{}", "\ufffd [31m", "x" * MAX_LINE, "Traceback"]
    assert notes.last_line == "Traceback"
    assert notes.end is None


def test_log_is_cut_once_it_is_long(database: SharedFile, job: Job) -> None:
    notes = Notes(claim_of(job), NOBODY, has_lines=MAX_LINES - 2)
    for number in range(9):
        notes.say(str(number))
    notes.write(database)
    assert [it.line for it in JobService(database).lines(job)] == ["0", CUT]


def test_a_flood_of_figures_is_cut(database: SharedFile, job: Job) -> None:
    notes = Notes(claim_of(job), NOBODY)
    metric = MetricAt(fit="all", name="loss", epoch=0, value=0.5)
    for number in range(MAX_METRICS + 2):
        notes._note(Measured(metric=metric.model_copy(update={"epoch": number % 100})))
    notes.write(database)
    service = JobService(database)
    assert [it.epoch for it in service.metrics(job)] == list(range(100))
    assert [it.line for it in service.lines(job)] == [TOO_MANY]


@pytest.mark.parametrize(
    "said",
    [
        '{"kind":"measured","metric":{"fit":"a","name":"b","epoch":99999999999999999999,"value":1}}',
        '{"kind":"measured","metric":{"fit":"a","name":"b","epoch":1,"value":NaN}}',
        '{"kind":"measured","metric":{"fit":"a\\u0000","name":"b","epoch":1,"value":1}}',
        '{"kind":"progress","doing":"a","done":Infinity,"total":1}',
        '{"kind":"progress","doing":"a\\nb","done":1,"total":1}',
    ],
)
def test_what_no_database_keeps_is_no_message(database: SharedFile, job: Job, said: str) -> None:
    notes = Notes(claim_of(job), NOBODY)
    notes.hear(said.encode())
    notes.write(database)
    service = JobService(database)
    assert (service.metrics(job), service.find(job.id, HOME).done) == ([], None)
    assert [it.line for it in service.lines(job)] == [said]


def test_what_is_said_last_counts(job: Job) -> None:
    notes = Notes(claim_of(job), NOBODY)
    say(notes, Refused(reason="expected clips"))
    assert notes.end == Refused(reason="expected clips")
