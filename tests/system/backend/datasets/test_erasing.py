"""What an erasure takes out of data sets that were made of the record, and of copies of them."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.cameras.names import name_in
from backend.datasets.service import DatasetService
from backend.datasets.versioning import NewVersion
from backend.erasure.scope import Scope
from backend.storage.blobs import Blobs
from backend.versions import store as versions
from contract.datasets import DatasetFile, DatasetKind, DatasetVersion, Recorded
from contract.versions import Version, VersionFigures
from testkit.asked_home import AskedHome, asked_home
from testkit.households import HOME
from testkit.judged_record import HOUR, NOON, happen, judge

Json = dict[str, Any]
WAIT_SEC = 20.0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AskedHome]:
    monkeypatch.delenv("TZ", raising=False)  # it wins over what a household has set
    with asked_home(tmp_path / "data") as home:
        yield home


def add(home: AskedHome, at: float, camera_id: str, verdict: str) -> tuple[str, Json]:
    """An incident that is in the data set; its id, and the version that it is in first."""
    incident = happen(home, at, camera_id=camera_id)
    judge(home, incident, verdict)
    answer = home.ask("owner", "POST", f"/incidents/{incident}/dataset").raise_for_status()
    return incident, answer.json()


def erase(home: AskedHome, **asked: object) -> Json:
    """The erasure, once it is done."""
    home.ask("owner", "POST", "/erasures", json=asked | {"confirm": True}).raise_for_status()
    give_up_at = time.monotonic() + WAIT_SEC
    while time.monotonic() < give_up_at:
        found: Json = home.ask("owner", "GET", "/erasures").json()[0]
        if found["state"] == "done":
            return found
        time.sleep(0.02)
    raise TimeoutError(found)


def learn(home: AskedHome, name: str, dataset_version_id: str, base_id: str | None = None) -> None:
    """A version of the detector that has learnt from this."""
    made = Version(
        id=name,
        household_id=1,
        recipe="fall-lstm",
        version=name,
        files={},
        metrics=VersionFigures(),
        base_id=base_id,
        dataset_version_ids=(dataset_version_id,),
        job_id=name,
        created_by=None,
        created_at=NOON,
    )
    with home.app.state.factory_database.writing() as db:
        versions.add(db, made)


def versions_of(home: AskedHome, dataset_id: str) -> dict[int, Json]:
    found = home.ask("owner", "GET", f"/datasets/{dataset_id}").json()["versions"]
    return {it["version"]: it for it in found}


def contents(home: AskedHome) -> list[bytes]:
    """Of all blobs."""
    blobs: Blobs = home.app.state.blobs
    return [blobs.path(digest).read_bytes() for digest in blobs.digests()]


def shared(home: AskedHome, version: Json) -> Callable[[], dict[str, bytes]]:
    """What a link to it downloads."""
    path, wanted = f"/datasets/{version['dataset_id']}/share", {"days": 1}
    answer = home.ask("owner", "POST", path, json=wanted | {"version": version["version"]})
    address = answer.raise_for_status().json()["address"]

    def download() -> dict[str, bytes]:
        zipped = home.ask("stranger", "GET", "/" + address.split("/", 3)[3]).raise_for_status()
        with zipfile.ZipFile(io.BytesIO(zipped.content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    return download


def test_a_camera_goes_from_all_versions_and_from_the_disk(home: AskedHome) -> None:
    gone, first = add(home, NOON, "비밀방", "fall")
    left, second = add(home, NOON + HOUR, "거실", "false_alarm")
    of_dataset = f"/datasets/{first['dataset_id']}/versions"
    wanted = {"camera_ids": ["비밀방"]}
    part = home.ask("owner", "POST", f"{of_dataset}/2/subset", json=wanted).raise_for_status()
    download = shared(home, second)
    assert len(download()) == 3
    learn(home, "learnt", second["id"])
    learn(home, "goes-on", "another", base_id="learnt")
    learn(home, "unrelated", "another")
    assert any(gone.encode() in content for content in contents(home))

    planned = home.ask(
        "owner", "POST", "/erasures", json={"camera_id": "비밀방", "dry_run": True}
    ).json()
    done = erase(home, camera_id="비밀방")
    assert done["counts"] == planned["counts"]
    assert done["counts"]["dataset_files"] == 1
    assert {it["version"] for it in done["learnt"]} == {"learnt", "goes-on"}
    assert planned["learnt"] == done["learnt"]

    found = versions_of(home, first["dataset_id"])
    assert [found[number]["id"] for number in (1, 2, 3)] == [
        first["id"], second["id"], part.json()["id"],
    ]  # fmt: skip
    assert [found[number]["files"] for number in (1, 2, 3)] == [0, 2, 0]
    assert [found[number]["summary"] for number in (1, 2, 3)] == [{}, {}, {}]
    for number in (1, 2, 3):
        assert found[number]["changes"]["erased"] == 1
        assert found[number]["changes"]["erased_on"]
        assert not any(gone in path for path in found[number]["changes"]["examples"])
    assert not any(gone.encode() in content for content in contents(home))
    assert not any("비밀방".encode() in content for content in contents(home))
    files = download()
    assert set(files) == {"labels.json", f"tracks/{left}.npz"}
    assert [it["name"] for it in json.loads(files["labels.json"])["clips"]] == [left]

    _, third = add(home, NOON + 2 * HOUR, "거실", "fall")
    assert (third["version"], third["files"], third["changes"]["erased"]) == (4, 3, 0)


def test_a_span_takes_what_has_a_part_in_it_of_all_cameras(home: AskedHome) -> None:
    first, version = add(home, NOON, "거실", "fall")
    second, _ = add(home, NOON + HOUR, "침실", "fall")
    last, _ = add(home, NOON + 2 * HOUR, "침실", "fall")
    done = erase(home, since=NOON + 19, until=NOON + HOUR - 9)  # poses alone are in it
    assert done["counts"]["dataset_files"] == 2
    assert done["counts"]["incidents"] == 0
    service: DatasetService = home.app.state.datasets
    newest = service.numbered(version["dataset_id"], None, HOME)
    assert {it.path for it in service.manifest(newest).files} == {
        "labels.json", f"tracks/{last}.npz",
    }  # fmt: skip
    assert newest.changes.erased == 2
    assert not any(it.encode() in content for content in contents(home) for it in (first, second))


def test_day_of_an_erasure_is_that_of_its_own_household(
    home: AskedHome,
) -> None:
    far = {1: "Pacific/Kiritimati", 2: "Etc/GMT+12"}  # where it is never the same day
    for method, path, number in (("PUT", "/household", 1), ("POST", "/households", 2)):
        wanted = {"name": f"{number}호", "time_zone": far[number]}
        home.ask("household", method, path, json=wanted).raise_for_status()
    versions = {number: seen_by(home, number) for number in far}
    before = {number: today(zone) for number, zone in far.items()}
    for number, version_id in versions.items():
        gone = Scope(number, None, None, None).has_file
        home.app.state.record_eraser.erase(gone, number)
        found = home.app.state.datasets.version(version_id, number).changes
        assert found.erased == 1
        assert found.erased_on in (before[number], today(far[number]))


def seen_by(home: AskedHome, household_id: int) -> str:
    """A version of what this household's bedroom has seen."""
    maker, content = home.app.state.datasets.maker, f"poses {household_id}".encode()
    file = DatasetFile(
        path="tracks/fall.npz",
        sha256=home.app.state.blobs.keep_bytes(content),
        size=len(content),
        camera_id=name_in(household_id, "침실"),
        recorded=Recorded(since=NOON, until=NOON + 30),
    )
    dataset = maker.new_dataset(household_id, "기록", DatasetKind.TRACKS, 1, of_record=True)
    version: DatasetVersion = maker.make(NewVersion(dataset, [file], (), 1))
    return version.id


def today(zone: str) -> str:
    return datetime.now(ZoneInfo(zone)).date().isoformat()
