"""`run-worker` as a process of its own, as a rule with carriers that count, and its jobs."""

import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.jobs.service import JobService, JobWanted
from backend.storage.database import open_factory_database
from contract.jobs import Job, JobKind
from testkit.counting_job import DIARY
from testkit.households import HOME

QUICK = {"WORKER_RETRY_AFTER": "0.2", "WORKER_QUEUES": "usual:4,gpu:1"}


@dataclass
class Workplace:
    """A DATA_DIR with jobs, and the workers on it, which `command` starts."""

    data_dir: Path
    database_url: str | None = None
    settings: dict[str, str] = field(default_factory=lambda: dict(QUICK))
    command: Sequence[str] = (sys.executable, "-m", "testkit.counting_worker")
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.database = open_factory_database(self.database_url, self.data_dir)
        self.jobs = JobService(self.database)

    @property
    def work(self) -> Path:
        """Where the jobs have their folders."""
        return self.data_dir / "jobs" / "work"

    @property
    def log(self) -> Path:
        """What the workers say."""
        return self.data_dir / "worker.log"

    def start(self, *options: str, **settings: str) -> "subprocess.Popen[bytes]":
        """Start a worker, which is not waited for."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.work.mkdir(parents=True, exist_ok=True)
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(self.data_dir)}
        if self.database_url:
            environment["DATABASE_URL"] = self.database_url
        with self.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
                [*self.command, *options],
                cwd=self.data_dir,
                env=environment | self.settings | settings,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self.processes.append(process)
        return process

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Let the last worker end by this signal; its exit status."""
        process = self.processes[-1]
        process.send_signal(number)
        return process.wait(20)

    def ask(
        self,
        kind: JobKind = JobKind.TRAINING,
        queue: str = "usual",
        time_limit_sec: float = 600.0,
        **spec: object,
    ) -> Job:
        """Queue a job that counts as its specification says."""
        wanted = JobWanted(
            kind, "counts", spec, queue=queue, time_limit_sec=time_limit_sec, household_id=HOME
        )
        return self.jobs.ask(wanted)

    def diary(self) -> list[dict[str, Any]]:
        """What the processes of the jobs have done, in its order."""
        path = self.work / DIARY
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def close(self) -> None:
        """Kill the workers, whose children end by themselves."""
        for process in self.processes:
            process.kill()
            process.wait()
        self.database.close()


@dataclass
class Course:
    """What became of one job's epochs."""

    counted: list[int] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """Epochs that were counted again."""
        return len(self.counted) - len(set(self.counted))


def courses(diary: list[dict[str, Any]]) -> dict[str, Course]:
    """Of each job, in the order of the diary: whose process counted, and which epochs."""
    found: dict[str, Course] = defaultdict(Course)
    for entry in diary:
        course = found[entry["job"]]
        if not course.pids or course.pids[-1] != entry["pid"]:
            course.pids.append(entry["pid"])
        if entry["what"] == "epoch":
            course.counted.append(entry["epoch"])
    return found


def overlapping(diary: list[dict[str, Any]]) -> list[str]:
    """Jobs of which a process wrote after the next one had begun: two ran at once."""
    return [job for job, it in courses(diary).items() if len(it.pids) != len(set(it.pids))]
