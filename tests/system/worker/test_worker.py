"""`run-worker` and the processes of its jobs, as a household has them."""

import os
import random
import re
import resource
import signal
import time
from collections.abc import Callable

import pytest

from backend.jobs import workers
from backend.worker.attempt import LOCK
from common.files import claim
from contract.jobs import Job, JobKind, JobState, Worker
from testkit.households import HOME
from testkit.workers import Workplace, courses, overlapping

Until = Callable[..., Job]
Eventually = Callable[..., object]


def test_job_is_carried_out_and_what_it_says_is_kept(place: Workplace, until: Until) -> None:
    job = place.ask(epochs=3, chatters=True)
    place.start(API_KEY="a-secret-of-the-household")
    done = until(place, job)
    assert (done.state, done.failure) == (JobState.COMPLETED, None)
    assert done.result == {"counted": 3, "saw_secret": False}
    assert (done.doing, done.done, done.total) == ("counting", 3, 3)
    assert [metric.epoch for metric in place.jobs.metrics(done)] == [1, 2, 3]
    lines = [line.line for line in place.jobs.lines(done, limit=10_000)]
    assert len(lines) == 2001  # and that it is over
    assert any("not a message" in line for line in lines)
    assert max(map(len, lines)) <= 500
    assert (place.work / f"{job.id}.kept").read_text() == "kept\n"


def test_try_that_fails_is_followed_by_another_that_goes_on(place: Workplace, until: Until) -> None:
    job = place.ask(epochs=3, fails=2)
    place.start()
    waits = until(place, job, JobState.RETRYING)
    assert waits.not_before is not None
    assert "nothing is left to count with" in (waits.failure or "")
    done = until(place, job)
    assert (done.state, done.attempts, done.claim) == (JobState.COMPLETED, 3, 3)
    assert courses(place.diary())[job.id].counted == [1, 2, 3]


def test_job_is_given_up_when_it_cannot_be_done(place: Workplace, until: Until) -> None:
    again_and_again = place.ask(epochs=9, fails=9)
    refused = place.ask(refuses=True)
    missing = place.ask(JobKind.EXPORT)
    unknown = place.ask(JobKind.CONTAINER)
    slow = place.ask(hangs=True, time_limit_sec=0.5)
    place.start()
    ends = {it.id: until(place, it) for it in (again_and_again, refused, missing, unknown, slow)}
    assert {it.state for it in ends.values()} == {JobState.FAILED}
    assert ends[again_and_again.id].attempts == 3
    said = [(ends[it.id].attempts, ends[it.id].failure) for it in (refused, missing, unknown, slow)]
    assert said == [
        (1, "expected something to count"),
        (1, "export needs a_module_that_nobody_has, torch_of_another_world, not installed where "
            "the worker runs: run uv sync --group modeling, and start it again"),
        (1, "this worker does not know how to carry out a container"),
        (1, "it took longer than its limit of 0 s"),
    ]  # fmt: skip


def test_job_that_takes_too_much_memory_is_ended_with_what_it_has_started(
    place: Workplace, until: Until
) -> None:
    large = place.ask(memory_mb=700)
    place.start(JOB_MEMORY_MB="512")
    ended = until(place, large)
    assert (ended.state, ended.attempts) == (JobState.FAILED, 1)
    assert re.fullmatch(
        r"it took \d{3} MB of memory, expected at most JOB_MEMORY_MB=512", ended.failure or ""
    )


def test_work_folder_of_pictures_goes_with_each_try(place: Workplace, until: Until) -> None:
    fails, refused, cancelled = (
        place.ask(JobKind.IMAGE, **spec)
        for spec in ({"fails": 9}, {"refuses": True}, {"hangs": True})
    )
    place.start()
    until(place, cancelled, JobState.RUNNING)
    place.jobs.cancel(cancelled.id, HOME)
    ends = [until(place, job) for job in (fails, refused, cancelled)]
    assert [(it.state, it.attempts) for it in ends] == [
        (JobState.FAILED, 3),
        (JobState.FAILED, 1),
        (JobState.CANCELLED, 1),
    ]
    assert [path.name for path in place.work.iterdir() if path.is_dir()] == []
    # Each try began again: nothing of the one before was there.
    assert courses(place.diary())[fails.id].counted == [1, 1, 1]


def test_cancel_ends_it_and_resume_goes_on(
    place: Workplace, until: Until, eventually: Eventually
) -> None:
    deaf, counting = place.ask(hangs=True, queue="gpu"), place.ask(epochs=20, epoch_sec=0.1)
    place.start()
    until(place, deaf, JobState.RUNNING)
    eventually(lambda: place.jobs.find(counting.id, HOME).done)
    began = time.monotonic()
    for job in (deaf, counting):
        place.jobs.cancel(job.id, HOME)
    assert {until(place, it).state for it in (deaf, counting)} == {JobState.CANCELLED}
    assert time.monotonic() - began < 10
    place.jobs.resume(counting.id, HOME)
    assert until(place, counting).state is JobState.COMPLETED
    course = courses(place.diary())[counting.id]
    assert sorted(set(course.counted)) == list(range(1, 21))
    assert course.lost <= 1  # which was running


def test_worker_that_is_stopped_gives_back_its_jobs(
    place: Workplace, eventually: Eventually
) -> None:
    jobs = [place.ask(queue=queue, epochs=100, epoch_sec=0.1) for queue in ("usual", "gpu")]
    stopped = [
        (place.start("--name", queue, "--queues", queue), number)
        for queue, number in (("usual", signal.SIGTERM), ("gpu", signal.SIGINT))
    ]
    eventually(lambda: all(place.jobs.find(job.id, HOME).done for job in jobs))
    for process, number in stopped:
        process.send_signal(number)
    assert [process.wait(10) for process, _ in stopped] == [0, 0]
    found = [place.jobs.find(job.id, HOME) for job in jobs]
    assert {(it.state, it.attempts, it.worker) for it in found} == {(JobState.QUEUED, 0, None)}
    assert "worker usual has stopped" in place.log.read_text()
    assert "Traceback" not in place.log.read_text()
    for course in courses(place.diary()).values():
        with pytest.raises(ProcessLookupError):
            os.kill(course.pids[0], 0)


def test_worker_is_killed_at_any_moment_and_every_job_ends_once(
    place: Workplace, until: Until
) -> None:
    rng = random.Random(1)  # noqa: S311 (when to kill)
    jobs = [place.ask(epochs=8, epoch_sec=0.1) for _ in range(3)]
    for _ in range(2):
        place.start()
        time.sleep(rng.uniform(1.0, 2.5))
        place.stop(signal.SIGKILL)
    place.start()
    assert {until(place, job).state for job in jobs} == {JobState.COMPLETED}
    diary = place.diary()
    assert overlapping(diary) == []
    for course in courses(diary).values():
        assert sorted(set(course.counted)) == list(range(1, 9))
        assert course.lost <= len(course.pids) - 1


def test_job_waits_for_the_process_of_an_earlier_try(place: Workplace, until: Until) -> None:
    waits, other = place.ask(epochs=1), place.ask(epochs=1)
    folder = place.work / waits.id
    folder.mkdir(parents=True)
    with claim(folder / LOCK):  # as an orphan does, whose worker was killed
        place.start()
        assert until(place, other).state is JobState.COMPLETED
        assert courses(place.diary()).keys() == {other.id}
        assert place.jobs.find(waits.id, HOME).state is JobState.RUNNING
    assert until(place, waits).state is JobState.COMPLETED


def test_two_workers_share_the_queues_and_none_the_name(place: Workplace, until: Until) -> None:
    usual, gpu = place.ask(epochs=2), place.ask(epochs=2, queue="gpu")
    place.start("--name", "one", "--queues", "usual")
    place.start("--name", "two", "--queues", "gpu")
    ended = [until(place, job) for job in (usual, gpu)]
    assert {job.state for job in ended} == {JobState.COMPLETED}
    assert place.start("--name", "two").wait(20) == 1
    assert "a worker two runs already" in place.log.read_text()


def test_worker_whose_name_another_machine_takes_gives_back_its_jobs(
    place: Workplace, until: Until
) -> None:
    job = place.ask(hangs=True)
    process = place.start("--name", "one", "--queues", "usual")
    until(place, job, JobState.RUNNING)
    now = time.time()
    with place.database.writing() as db:
        workers.announce(db, Worker(name="one", queues=("gpu",), started_at=now, heartbeat_at=now))
    assert process.wait(20) == 1
    assert "expected another --name" in place.log.read_text()
    assert place.jobs.find(job.id, HOME).state is JobState.QUEUED


def test_disk_that_is_full_is_said_and_waited_for(
    place: Workplace, until: Until, eventually: Eventually
) -> None:
    job = place.ask(epochs=30, epoch_sec=0.1)
    process = place.start()
    eventually(lambda: place.jobs.find(job.id, HOME).done)
    limit_files(process.pid, 32 * 1024)
    eventually(lambda: "it is tried again" in place.log.read_text())
    limit_files(process.pid, resource.RLIM_INFINITY)
    assert until(place, job).state is JobState.COMPLETED
    assert [it.epoch for it in place.jobs.metrics(job)] == list(range(1, 31))
    said = place.log.read_text()
    assert "the database of the jobs: " in said
    assert "the database answers again" in said
    assert "Traceback" not in said


def limit_files(pid: int, size: int) -> None:
    """Let no file of the process grow beyond `size` bytes: to it, a disk that is full."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
