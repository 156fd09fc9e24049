"""Two servers that share one PostgreSQL and a place for files: a folder, and a bucket at moto's."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from backend.media.drivers.s3 import S3Driver
from backend.media.drivers.s3_client import open_client
from backend.media.errors import UnknownFile
from testkit import moto_server
from testkit.moto_server import MotoServer
from testkit.postgres import PROGRAMS, Postgres
from testkit.server_pair import Pair, analyze, running_pair
from testkit.whole_server import WholeServer

Json = dict[str, Any]
Eventually = Callable[..., Any]
MakeEvent = Callable[..., Json]

pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="needs PostgreSQL")


class FolderOfBoth:
    """A folder that both mount."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.settings = folder, {"RECORD_STORE": f"file://{folder}"}

    def names(self) -> list[str]:
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return [path.relative_to(self.folder).as_posix() for path in files]

    def read(self, key: str) -> bytes:
        return (self.folder / key).read_bytes()


class Bucket:
    """A bucket of an S3 store."""

    def __init__(self, url: str) -> None:
        client = open_client(url, "us-east-1", "AK", "SK")
        client.create_bucket(Bucket="homes")
        self.driver = S3Driver(client, "homes", None)
        self.settings = {
            "RECORD_STORE": "s3://homes",
            "S3_ENDPOINT": url,
            "S3_ACCESS_KEY": "AK",
            "S3_SECRET_KEY": "SK",
        }

    def names(self) -> list[str]:
        return list(self.driver.keys(""))

    def read(self, key: str) -> bytes:
        return b"".join(self.driver.read(key))


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FolderOfBoth | Bucket]:
    if request.param == "folder":
        yield FolderOfBoth(tmp_path / "both")
        return
    if reason := moto_server.lacks():
        pytest.skip(reason)
    moto = MotoServer(tmp_path)
    moto.start()
    yield Bucket(moto.url)
    moto.stop()


def contents(place: FolderOfBoth | Bucket) -> Iterator[bytes]:
    """Of all that lies there; what is replaced meanwhile is looked at in its next form."""
    for key in place.names():
        with suppress(UnknownFile, FileNotFoundError):
            yield place.read(key)


def events_of(pair: Pair, server: WholeServer) -> int:
    """How many rows the table of events has at this server."""
    tables = pair.get(server, "/record")["tables"]
    (rows,) = (it["rows"] for it in tables if it["name"] == "events")
    return int(rows)


def test_record_and_replays_are_whole_at_both_and_what_is_erased_is_gone_from_there(
    place: FolderOfBoth | Bucket,
    installed: Postgres,
    tmp_path: Path,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    settings = place.settings | {"RECORD_TAIL_MINUTES": "0.01", "CAMERA_SILENT_AFTER": "600"}
    with running_pair(tmp_path, installed, **settings) as pair:
        eventually(pair.know_each_other)
        now = float(int(time.time()))
        beats = [make_event("HEARTBEAT", camera_id="hall", ts=now + n, fps=9.0) for n in range(3)]
        pair.report(pair.first, beats[0], beats[1])
        pair.report(pair.second, beats[2], make_event("PROBS", camera_id="bath", ts=now))
        for server in pair.both:
            eventually(lambda server=server: events_of(pair, server) == 4, timeout=30.0)

        # A fall whose poses came to both in turns, and which only one is told of.
        began = now - 15.0
        for number, server in enumerate([pair.first, pair.second] * 5):
            analyze(server, "hall", began + number / 2)
        fall = make_event("START", camera_id="hall", ts=began, incident_id="i", event="fall")
        pair.report(pair.first, fall)
        (incident,) = pair.get(pair.second, "/incidents?camera_id=hall")
        path = f"/incidents/{incident['id']}/poses"
        for server in pair.both:
            eventually(lambda server=server: list(server.data_dir.glob("poses/*.npz")))
            analyze(server, "hall", began + 21.0)  # it has its end by that
        eventually(lambda: len([it for it in place.names() if it.startswith("poses/")]) == 2)
        replays = [pair.get(server, path) for server in pair.both]
        assert replays[0] == replays[1]
        assert [it["at"] for it in replays[0]["frames"]] == [began + n / 2 for n in range(10)]

        end = make_event("END", camera_id="hall", ts=now, incident_id="i", event="fall")
        pair.report(pair.second, end | {"duration_sec": 2.0, "state": "lying"})
        pair.post(pair.first, f"/incidents/{incident['id']}/resolution", {})
        assert any(b"hall" in content for content in contents(place))
        pair.post(pair.first, "/erasures", {"camera_id": "hall", "confirm": True})
        eventually(lambda: pair.get(pair.second, "/erasures")[0]["state"] == "done", timeout=30.0)
        for server in pair.both:
            eventually(lambda server=server: events_of(pair, server) == 1, timeout=30.0)
        assert not [it for it in place.names() if it.startswith("poses/")]
        assert not any(b"hall" in content for content in contents(place))
