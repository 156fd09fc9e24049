"""A server and a worker that are killed and started again, and what they have to show for it.

Data sets are generated tracks, all of the same content, so that every training of them ends with
the same weights.
"""

import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2 as httpx

from backend.jobs.store import Wanted
from backend.storage.blobs import Blobs
from common.files import sha256_of
from contract.jobs import ENDS, Job, JobKind, JobState
from testkit.households import HOME
from testkit.whole_server import WholeServer
from testkit.workers import Workplace

Json = dict[str, Any]

RUN_WORKER = (str(Path(sys.executable).parent / "run-worker"),)
SETTINGS = {"WORKER_QUEUES": "usual:1", "WORKER_RETRY_AFTER": "0.2", "OMP_NUM_THREADS": "1"}
WEIGHTS = ("weights.pt", "model.onnx")
MOST_JOBS = 1000
SERVER_SHARE = 0.35
"""Of the kills; the others are the worker's."""
PROCESSES_TOO = 0.4
"""Share of the worker's kills that take the processes of its jobs as well, as a full memory may."""


class DisturbedFactory:
    """Both on one DATA_DIR; `kill` takes one of them at a time."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.server = WholeServer(folder)
        self.place = Workplace(self.server.data_dir, settings=SETTINGS, command=RUN_WORKER)
        self.blobs = Blobs(self.server.data_dir / "blobs")
        self.rng = rng
        self.killed: Counter[str] = Counter()

    def start(self) -> None:
        """Start what does not run."""
        if not self.server.runs:
            self.server.start()
        if not self.place.processes or self.place.processes[-1].poll() is not None:
            self.place.start()

    def kill(self) -> None:
        """kill -9 of the server, the worker, or the worker and the processes of its jobs."""
        if self.rng.random() < SERVER_SHARE:
            self.killed["server"] += 1
            self.server.kill()
            return
        too = list(_children(self.place.processes[-1].pid)) if self._takes_processes() else []
        self.killed["worker and its jobs' processes" if too else "worker"] += 1
        self.place.stop(signal.SIGKILL)
        for pid in too:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill both."""
        self.server.kill()
        self.place.close()

    def get(self, path: str) -> Any:
        """What the server answers to somebody who is not disturbed."""
        url = self.server.url + path
        return httpx.get(url, trust_env=False, timeout=30.0).raise_for_status().json()

    def jobs(self) -> list[Job]:
        """All that were asked for."""
        return self.place.jobs.newest(Wanted(HOME), MOST_JOBS)

    def is_quiet(self) -> bool:
        """Whether every job has ended."""
        return all(job.state in ENDS for job in self.jobs())

    def twice_at_once(self) -> list[str]:
        """Work folders for which two processes run now."""
        folders = Counter(_work_folders(self.place.work))
        return [folder for folder, processes in folders.items() if processes > 1]

    def halves(self) -> Iterator[str]:
        """What is offered now and is not whole."""
        offered = self._offered()
        return (f"{what} is not whole" for what, digest in offered if not self._is_whole(digest))

    def faults(self, uploads: dict[str, str], asked: set[str]) -> Iterator[str]:
        """What is not as promised at the end: `uploads` by their names, `asked` are job ids."""
        jobs = {job.id: job for job in self.jobs()}
        yield from (f"the job {job_id} is gone" for job_id in asked - jobs.keys())
        for job in jobs.values():
            if job.state is not JobState.COMPLETED:
                yield f"{job.kind} {job.id} is {job.state}: {job.failure}"
        yield from self._of_versions(jobs)
        exports = Counter((it["version_id"], it["format"]) for it in self.get("/exports"))
        yield from (f"{times} exports of {key}" for key, times in exports.items() if times > 1)
        yield from self._of_uploads(uploads)
        yield from self.halves()
        kept = self.blobs.digests()
        yield from (f"the blob {it} is not whole" for it in kept if not self._is_whole(it))

    def _offered(self) -> Iterator[tuple[str, str]]:
        """The files that somebody may ask for: what each is, and its digest."""
        for version in self.get("/versions"):
            for name, digest in version["files"].items():
                yield f"{name} of the version {version['id']}", digest
        for export in self.get("/exports"):
            if export["file"] is not None:
                yield f"the export {export['id']}", export["file"]
        for dataset in self.get("/datasets"):
            for version in dataset["versions"]:
                yield f"the list of {dataset['name']}", version["manifest"]

    def _takes_processes(self) -> bool:
        return self.rng.random() < PROCESSES_TOO

    def _is_whole(self, digest: str) -> bool:
        place = self.blobs.place(digest)
        return place.is_file() and sha256_of(place) == digest

    def _of_versions(self, jobs: dict[str, Job]) -> Iterator[str]:
        trained = {key for key, job in jobs.items() if job.kind is JobKind.TRAINING}
        made = {it["id"]: it for it in self.get("/versions") if it["job_id"] is not None}
        if made.keys() != trained:
            yield f"{len(trained)} trainings made {len(made)} versions"
        weights = Counter(tuple(it["files"][name] for name in WEIGHTS) for it in made.values())
        if len(weights) > 1:
            yield f"trainings of the same content ended with {len(weights)} different weights"

    def _of_uploads(self, uploads: dict[str, str]) -> Iterator[str]:
        made = Counter(it["name"] for it in self.get("/datasets") for _ in it["versions"])
        for name, upload_id in uploads.items():
            upload = self.get(f"/datasets/uploads/{upload_id}")
            if upload["failure"] or made[name] != 1:
                yield f"the upload {name} made {made[name]} versions: {upload['failure']}"


def _children(pid: int) -> Iterator[int]:
    """The processes that this one has started, of any of its threads."""
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            yield from map(int, path.read_text().split())


def _work_folders(work: Path) -> Iterator[str]:
    """The work folder of each process that was given one and has read its command by now."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            _, found, rest = path.read_bytes().decode(errors="replace").partition(f"{work}/")
            if found:
                yield rest.partition("\0")[0].partition("/")[0]
