"""Erasing over HTTP, with the server as a process that is killed on the way."""

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from backend.events.journal.journal import Journal
from backend.events.journal.record import Record, is_intact
from backend.record.archive import Archive
from backend.record.closed_file import make
from testkit.alone import typed
from testkit.kill_points import KillPoint, arm
from testkit.stoppable_server import StoppableServer

Json = dict[str, Any]

ERASED, LEFT = "비밀방", "거실"
BEGAN = 1_700_000_000.0
"""2023-11-14: long ago."""
FILES, LINES = 12, 250
INCIDENTS = [f"{camera}-{number}" for camera in (ERASED, LEFT) for number in range(6)]
OF_CAMERA = FILES * LINES // 2 + 2 * 6
WAIT_SEC = 60.0


def events_of(name: str) -> list[Json]:
    """START and END of a fall of which nobody is notified, and which is over."""
    camera, number = name.split("-")
    at = BEGAN + 60 * int(number)
    common = {"camera_id": camera, "event": "fall", "incident_id": name}
    start = {"event_type": "START", "event_id": f"{name}-start", "ts": at, **common}
    end = {"event_type": "END", "event_id": f"{name}-end", "ts": at + 2, **common}
    return [start, end | {"state": "recovered"}]


def write_journal(folder: Path) -> None:
    """What two cameras have sent, in several files; the server is yet to read them."""
    folder.mkdir(parents=True)
    falls = [event for name in INCIDENTS for event in events_of(name)]
    with closing(Journal(folder, file_bytes=1)) as journal:
        list(journal.open())
        for number in range(FILES):
            sent = falls[2 * number : 2 * number + 2] + [
                {
                    "event_type": "PROBS",
                    "event_id": f"{number}-{line}",
                    "camera_id": (ERASED, LEFT)[line % 2],
                    "ts": BEGAN + number * LINES + line,
                }
                for line in range(LINES)
            ]
            lines = [Record.of(typed(event), BEGAN + number * LINES).line for event in sent]
            journal.append(lines, BEGAN)


class Reader(threading.Thread):
    """Reads the journal again and again, as any tool may; notes what is no whole line."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder, self._stopping = folder, threading.Event()
        self.reads, self.bad = 0, list[bytes]()

    def run(self) -> None:
        while not self._stopping.wait(0.002):
            for file in sorted(self._folder.glob("*.jsonl")):
                try:
                    data = file.read_bytes()
                except FileNotFoundError:
                    continue
                whole = data[: data.rfind(b"\n") + 1].splitlines(keepends=True)
                self.bad += [line for line in whole if not is_intact(line)]
                self.reads += 1

    def stop(self) -> None:
        self._stopping.set()
        self.join()


class Home:
    """The server on that journal."""

    def __init__(self, folder: Path) -> None:
        self.server = StoppableServer(folder / "data")
        write_journal(self.server.folder)
        kept = self.server.data_dir / "record" / "events"
        Archive(self.server.folder, kept, make).make_missing(lambda: False)
        assert ERASED.encode() in self.bytes_of("record")
        self.server.start()

    def get(self, path: str, **params: object) -> Any:
        url = self.server.url + path
        return httpx.get(url, params=params, trust_env=False).raise_for_status().json()

    def post(self, path: str, body: object) -> httpx.Response:
        return httpx.post(self.server.url + path, json=body, trust_env=False, timeout=30.0)

    def erase(self, **asked: object) -> Json:
        begun: Json = self.post("/erasures", asked | {"confirm": True}).raise_for_status().json()
        return begun

    def done(self) -> Json:
        """The erasure, once it is done."""
        give_up_at = time.monotonic() + WAIT_SEC
        while time.monotonic() < give_up_at:
            (found,) = self.get("/erasures")
            if found["state"] == "done":
                return dict(found)
            time.sleep(0.05)
        raise TimeoutError(found)

    def journal(self) -> list[Json]:
        files = sorted(self.server.folder.glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]

    def bytes_of(self, folder: str) -> bytes:
        files = sorted((self.server.data_dir / folder).rglob("*"))
        return b"".join(file.read_bytes() for file in files if file.is_file())

    def check(self, done: Json) -> None:
        """Nothing of the camera is left, nothing of the other is gone, and nothing comes back."""
        counts = done["counts"]
        assert (counts["events"], counts["incidents"], done["kept"]) == (OF_CAMERA, 6, 0)
        self._check_what_is_left()
        for name in INCIDENTS:
            assert self.post("/event/payloads", events_of(name)).is_success
        self._check_what_is_left()
        self.server.ask_to_stop()
        assert self.server.wait() == 0
        assert self.bytes_of("database").count(ERASED.encode()) == 1  # the erasure's own row
        assert ERASED.encode() not in self.bytes_of("events") + self.bytes_of("record")

    def check_rebuilt(self) -> None:
        """Nor does it come back to a database that is made again from the journal."""
        shutil.rmtree(self.server.data_dir / "database")
        self.server.start()
        for name in INCIDENTS:
            assert self.post("/event/payloads", events_of(name)).is_success
        self._check_what_is_left()

    def _check_what_is_left(self) -> None:
        left = self.journal()
        assert {event["camera_id"] for event in left} == {LEFT}
        assert len(left) == OF_CAMERA
        assert {it["camera_id"] for it in self.get("/event/recent", limit=1000)} == {LEFT}
        assert {it["camera_id"] for it in self.get("/incidents", limit=1000)} == {LEFT}
        day = {"day": "2023-11-15"}  # in Korea
        assert self.get("/event/incidents", camera_id=ERASED, **day) == []
        assert len(self.get("/event/incidents", camera_id=LEFT, **day)) == 12


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path)
    yield home
    home.server.kill()


def test_camera_is_erased_while_others_read_and_write(home: Home) -> None:
    while home.get("/health")["alerts"]["counts"]["muted"] < len(INCIDENTS):
        time.sleep(0.05)  # what was recorded is being handed to the alerts
    planned = home.post("/erasures", {"camera_id": ERASED, "dry_run": True}).json()
    reader = Reader(home.server.folder)
    reader.start()
    home.erase(camera_id=ERASED)
    done = home.done()
    reader.stop()
    assert (reader.bad, reader.reads > FILES) == ([], True)
    assert planned["counts"] == done["counts"]
    assert done["counts"]["alerts"] == 6
    assert home.get("/health")["erasure"]["status"] == "ok"
    home.check(done)


def test_erasure_that_is_killed_at_any_moment_is_carried_on_until_it_is_whole(home: Home) -> None:
    reader = Reader(home.server.folder)
    reader.start()
    home.erase(camera_id=ERASED)
    for number in range(5):
        time.sleep(0.05 * number)
        home.server.kill()
        home.server.start()
    done = home.done()
    reader.stop()
    assert reader.bad == []
    home.check(done)
    home.check_rebuilt()


@pytest.mark.parametrize(
    "point",
    [
        KillPoint("database", "pwrite64", 1),  # it was asked for, and that is not on the disk
        KillPoint("erasure", "rename", 1),  # the rows are gone; their identities are not kept
        KillPoint("erasure", "fsync", 3),  # half a file beside the first one
        KillPoint("event-recorder", "rename", 1),
        KillPoint("event-recorder", "rename", 7),
        KillPoint("erasure", "unlink", 5),  # some of the files that are kept as Parquet are gone
        KillPoint("database", "ftruncate", 1),  # SQLite's log is being emptied
    ],
    ids=str,
)
def test_erasure_that_is_killed_at_a_step_is_carried_on(home: Home, point: KillPoint) -> None:
    if not _may_trace():
        pytest.skip("needs strace, and the right to trace")
    with ExitStack() as stack:
        arm(stack, home.server.pid, point)
        try:
            home.erase(camera_id=ERASED)
        except httpx.TransportError:
            assert point.thread == "database"
        assert home.server.wait() != 0
    home.server.start()
    if not home.get("/erasures"):
        home.erase(camera_id=ERASED)
    home.check(home.done())


def _may_trace() -> bool:
    if not shutil.which("strace"):
        return False
    tried = ["strace", "-o", "/dev/null", sys.executable, "-c", ""]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def test_fall_that_goes_on_is_never_erased(home: Home) -> None:
    now = time.time()
    fall = {"camera_id": ERASED, "event": "fall", "incident_id": "now", "ts": now}
    start = {"event_type": "START", "event_id": "now-start", **fall}
    end = {"event_type": "END", "event_id": "now-end", "state": "lying", **fall, "ts": now + 2}
    assert home.post("/event/payloads", [start, end]).is_success
    home.erase(camera_id=ERASED)
    assert home.done()["kept"] == 1
    (incident,) = home.get("/incidents", camera_id=ERASED)
    assert incident["sent_id"] == "now"
    mine = [event["event_id"] for event in home.journal() if event["camera_id"] == ERASED]
    assert mine == ["now-start", "now-end"]


def test_camera_s_key_may_not_erase_and_what_is_not_confirmed_is_refused(
    serve: Callable[..., Any],
) -> None:
    server = serve(API_KEY="k" * 16, CAMERA_KEYS=f"{ERASED}={'c' * 16}")
    answer = server.post("/erasures", {"camera_id": ERASED})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert "expected confirm to be true" in answer.json()["message"]
    for method in ("GET", "POST"):
        key = {"Authorization": f"Bearer {'c' * 16}"}
        answer = server.http.request(method, "/erasures", headers=key, json={"camera_id": ERASED})
        assert answer.status_code == 403
    assert server.get("/erasures").json() == []
