"""Whatever the disk of DATA_DIR does, a fall is told: a real server on a real file system."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

Json = dict[str, Any]
MakeEvent = Callable[..., Json]
Eventually = Callable[..., Any]

TOLD_WITHIN_SEC = 3.0
FALL = "낙상 (넘어짐) 감지 - 거실"
MAY_COME_AGAIN = "한 번 더 올 수 있습니다"
DISK_CALLS = "fsync,fdatasync"


def mount(folder: Path, *options: str) -> None:
    subprocess.run(["mount", "-o", ",".join(options), str(folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB of its own, where the server's DATA_DIR will be."""
    folder = tmp_path / "data"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def home(disk: Path, server_factory: Callable[..., Any], endpoint: Any) -> Any:
    """A server on `disk` that tells through Kakao and through a webhook."""
    return server_factory(ALERT_URLS=endpoint.address)


def fill(disk: Path) -> Path:
    """Take the last byte of `disk`; the file that has to go for it to have room again."""
    filler = disk / "filler"
    descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(descriptor, bytes(512))
    except OSError:
        return filler
    finally:
        os.close(descriptor)


@contextmanager
def injected(server: Any, calls: str, what: str) -> Iterator[None]:
    """While it lasts `what` becomes of the server's system `calls`."""
    command = ["strace", "-f", "-p", str(server.pid), "-o", "/dev/null", "-e", f"trace={calls}"]
    strace = subprocess.Popen(
        [*command, "-e", f"inject={calls}:{what}"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert strace.stderr
        if "attached" not in strace.stderr.readline():
            pytest.skip("needs strace, and the right to trace")
        yield
    finally:
        strace.terminate()
        strace.wait(30)


@pytest.fixture
def tells(
    sandbox: Any, endpoint: Any, make_event: MakeEvent, eventually: Eventually
) -> Callable[..., Json]:
    """Posts a fall to a server whose disk fails: it is told in time through every channel, once."""

    def post(server: Any) -> Json:
        fall, rang, posted_at = make_event("END"), len(endpoint.titles), time.time()
        answer = server.post("/event/payload", fall)
        assert (answer.status_code, answer.json()["code"]) == (503, "log_unavailable")
        assert "keep it and send it again" in answer.json()["message"]
        eventually(lambda: falls(sandbox) and FALL in "".join(endpoint.titles[rang:]))
        (memo,) = (memo for memo in sandbox.memos() if memo["text"].startswith(FALL))
        assert memo["received_at"] - posted_at < TOLD_WITHIN_SEC
        assert MAY_COME_AGAIN in memo["text"]
        return fall

    return post


def falls(sandbox: Any) -> list[str]:
    return [text for text in sandbox.texts() if text.startswith(FALL)]


def is_well(server: Any) -> bool:
    health = server.health()
    return bool(health["log"]["status"] == health["alerts"]["status"] == "ok")


def taken(server: Any, event: Json) -> None:
    """The box sends `event` again: it is recorded now, once."""
    server.send(event)
    server.send(event)
    assert [it["event_id"] for it in server.records()].count(event["event_id"]) == 1


def test_full_disk_silences_no_fall(
    disk: Path,
    home: Any,
    sandbox: Any,
    endpoint: Any,
    tells: Callable[..., Json],
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    filler = fill(disk)
    fall = tells(home)
    # The box goes on to send it, and somebody stays down.
    for _ in range(3):
        assert home.post("/event/payload", fall).status_code == 503
    down = make_event("START", event="still_down", duration_sec=15.0)
    assert home.post("/event/payloads", [down, fall]).status_code == 503
    eventually(lambda: any("일어나는 모습이 보이지 않음" in text for text in sandbox.texts()))
    health = home.health()
    assert health["log"]["reason"] == "No space left on device"
    assert health["alerts"]["reason"].startswith("the database cannot be written: ")
    filler.unlink()
    eventually(lambda: is_well(home))
    taken(home, fall)
    taken(home, down)
    home.restart()
    eventually(lambda: is_well(home))
    assert home.health()["alerts"]["counts"]["pending"] == 0
    assert len(falls(sandbox)) == 1
    assert sum(FALL in title for title in endpoint.titles) == 1


def test_disk_that_takes_ten_seconds_a_write_silences_no_fall(
    home: Any, sandbox: Any, tells: Callable[..., Json], make_event: MakeEvent, eventually: Any
) -> None:
    home.send(make_event())
    with injected(home, DISK_CALLS, "delay_enter=10000000"):
        fall = tells(home)
    eventually(lambda: is_well(home), timeout=60.0)
    taken(home, fall)
    taken(home, make_event("END", camera_id="침실"))
    eventually(lambda: any("침실" in text for text in sandbox.texts()))
    assert len(falls(sandbox)) == 1


def test_disk_that_becomes_read_only_silences_no_fall(
    home: Any, sandbox: Any, tells: Callable[..., Json], make_event: MakeEvent, eventually: Any
) -> None:
    home.send(make_event())
    with injected(home, f"{DISK_CALLS},pwrite64,ftruncate", "error=EROFS"):
        fall = tells(home)
        assert home.health()["log"]["reason"] == "Read-only file system"
    eventually(lambda: is_well(home))
    taken(home, fall)
    assert len(falls(sandbox)) == 1


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_server_starts_on_a_read_only_disk_and_silences_no_fall(
    disk: Path,
    home: Any,
    sandbox: Any,
    tells: Callable[..., Json],
    make_event: MakeEvent,
    eventually: Eventually,
    end: str,
) -> None:
    home.send(told := make_event("END", camera_id="침실"))
    eventually(lambda: home.sent_on_disk() == 2)
    getattr(home, end)()
    mount(disk, "remount", "ro")
    home.start()
    # What an earlier run recorded and told is known.
    assert [it["event_id"] for it in home.recent(event_type="END")] == [told["event_id"]]
    assert home.health()["alerts"]["counts"]["sent"] == 2
    assert home.health()["log"]["reason"] == "Read-only file system"
    fall = tells(home)
    mount(disk, "remount", "rw")
    eventually(lambda: is_well(home))
    taken(home, fall)
    home.restart()
    eventually(lambda: is_well(home))
    assert len(falls(sandbox)) == 1
    assert sum("침실" in text for text in sandbox.texts()) == 1


def test_folders_that_are_removed_under_way_are_made_again(
    home: Any, disk: Path, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    home.send(make_event("END", camera_id="침실"))
    eventually(lambda: home.health()["alerts"]["counts"]["sent"] == 2)
    for folder in (disk / "events", disk / "database"):
        shutil.rmtree(folder)
    home.send(fall := make_event("END"))
    eventually(lambda: home.health()["alerts"]["counts"]["sent"] == 4)
    assert MAY_COME_AGAIN not in falls(sandbox)[0]
    assert [it["event_id"] for it in home.records()] == [fall["event_id"]]
    eventually((disk / "database" / "dolbom.sqlite3").exists)
    home.restart()
    counts = home.health()["alerts"]["counts"]
    assert (counts["sent"], counts["pending"]) == (4, 0)
    assert is_well(home)
