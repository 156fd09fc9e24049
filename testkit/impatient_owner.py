"""Somebody who uploads, trains and exports without a pause, and asks again without an answer."""

import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2 as httpx

from testkit.dataset_zips import zipped
from testkit.training_clips import write_generated

Json = dict[str, Any]

GROUPS = 3
PIECES = 4
FORMATS = ("onnx", "torchscript")
TINY = {"folds": 2, "takes": 2, "epochs": 4, "hidden": 16, "networks": 2, "batch_size": 16}
AGAIN_SEC = 0.05
PAUSE_SEC = 0.5
"""Between two rounds: the trainings need the processor, too."""
MOST_AT_A_TIME = 3
"""Jobs that have not ended: more than the worker carries out."""


class ImpatientOwner:
    """Asks the server at `url` until it is told to stop, while fewer than `most` jobs are open."""

    def __init__(
        self, url: str, formats: Sequence[str] = FORMATS, most: int = MOST_AT_A_TIME
    ) -> None:
        self._formats, self._most = formats, most
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=5.0)
        self._files = _generated()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.uploads: dict[str, str] = {}
        """The ids of those that an answer named, by the name of their data set."""
        self.asked: set[str] = set()
        """Jobs that an answer named."""
        self.faults: list[str] = []

    def start(self) -> None:
        """Ask on, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask for no more; what was begun is brought to its end."""
        self._stopping.set()
        self._thread.join()
        self._http.close()

    def go_round(self) -> None:
        """A data set, a training of it, and exports of all that was trained by now."""
        name = f"set {len(self.uploads) + 1}"
        version = self._upload(name)
        if self._open_jobs() < self._most:
            wanted = {"recipe": "fall-lstm", "dataset_versions": [version], "settings": TINY}
            self.asked.add(self._ask("POST", "/training/jobs", json=wanted)["id"])
        self._export()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.go_round()
            except Exception as error:  # noqa: BLE001 (any ends the thread, and is a fault)
                self.faults.append(f"whoever asks got {error!r}")
                return
            self._stopping.wait(PAUSE_SEC)

    def _upload(self, name: str) -> str:
        """The version that is made of it, sent in pieces from where the server says that it is."""
        content = zipped(self._files | {"README": name.encode()})
        wanted = {"name": name, "kind": "tracks", "size": len(content)}
        upload_id = self.uploads[name] = str(self._ask("POST", "/datasets", json=wanted)["id"])
        path, piece = f"/datasets/uploads/{upload_id}", len(content) // PIECES
        while (at := self._ask("GET", path)["received"]) < len(content):
            headers = {"Upload-Offset": str(at)}
            with suppress(httpx.TransportError):  # what has come by then counts
                self._http.patch(path, content=content[at : at + piece], headers=headers)
        while (upload := self._ask("GET", path))["finished_at"] is None:
            time.sleep(AGAIN_SEC)
        if upload["failure"] is not None:
            raise RuntimeError(upload["failure"])
        return str(upload["version_id"])

    def _export(self) -> None:
        for version in self._ask("GET", "/versions"):
            for format_ in self._formats if version["job_id"] is not None else ():
                wanted = {"version_id": version["id"], "format": format_}
                self.asked.add(self._ask("POST", "/exports", json=wanted)["job_id"])

    def _open_jobs(self) -> int:
        states = [job["state"] for job in self._ask("GET", "/jobs")]
        return sum(state in ("queued", "running", "retrying") for state in states)

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        """The answer, however often it takes; any that is none of success is an error."""
        while True:
            with suppress(httpx.TransportError):
                return self._http.request(method, path, **options).raise_for_status().json()
            time.sleep(AGAIN_SEC)


def _generated() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_generated(folder, GROUPS)
        paths = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in paths}
