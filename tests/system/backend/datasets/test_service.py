"""Subsets, removal, what nobody names any more, links, and versions in a folder."""

import io
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from backend.datasets.errors import (
    NothingToKeep,
    UnknownDataset,
    UnknownShare,
    WrongContent,
)
from backend.datasets.tables import datasets
from backend.storage.blobs import Blobs, Staged
from common.files import sha256_of
from contract.datasets import MANIFEST_NAME, DatasetKind, DatasetManifest, Subset
from modeling.training.datasets.clips import load_dataset
from testkit import dataset_zips as good
from testkit.clock import Clock
from testkit.datasets_alone import DatasetsAlone
from testkit.households import HOME

NOW = 4_000_000_000.0
"""Later than any file was kept, and than GRACE_SEC after that."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DatasetsAlone]:
    with DatasetsAlone(tmp_path / "home") as home:
        yield home


def test_a_subset_copies_nothing(home: DatasetsAlone) -> None:
    whole = home.take(good.folders(10))
    before = set(home.left_behind())
    part = home.service.subset(whole, Subset(labels=("lying",)), 1, 7)
    assert set(home.left_behind()) - before == {f"blobs/{part.manifest[:2]}/{part.manifest}"}
    assert (part.version, part.files, part.summary) == (2, 5, {"lying": 5})
    assert (part.subset_of, part.created_by, part.changes.removed) == (whole.id, 7, 5)
    assert {it.path for it in home.service.manifest(part).files} == {
        path for path in good.folders(10) if path.startswith("lying/")
    }
    with pytest.raises(NothingToKeep):
        home.service.subset(whole, Subset(labels=("앉음",)), 1, None)


def test_the_next_version_follows_the_whole_one(home: DatasetsAlone) -> None:
    whole = home.take(good.folders())
    home.service.subset(whole, Subset(labels=("lying",)), 1, None)
    files = {"lying/new.png": good.picture(98)}
    after = home.take(files, dataset_id=whole.dataset_id, only_changes=True)
    assert (after.version, after.files, after.changes.removed) == (3, 5, 0)


def test_a_subset_of_tracks_can_be_learnt_from(home: DatasetsAlone, tmp_path: Path) -> None:
    whole = home.take(good.tracks(4), DatasetKind.TRACKS)
    part = home.service.subset(whole, Subset(labels=("fall",)), 1, None)
    for version, names in (
        (whole, {"clip-0", "clip-1", "clip-2", "clip-3"}),
        (part, {"clip-0", "clip-2"}),
    ):
        folder = tmp_path / version.id
        home.service.fetch(version, folder)
        assert {clip.labels.name for clip in load_dataset(folder)} == names


def test_a_removed_data_set_frees_what_no_other_has(home: DatasetsAlone) -> None:
    first, second = home.take(good.folders(6)), home.take(good.folders(2))
    home.service.remove(first.dataset_id, HOME)
    with pytest.raises(UnknownDataset):
        home.service.version(first.id, HOME)
    home.intake.stop()  # it would clean by itself, once the clock says so
    assert home.intake.clean() == 0, "somebody may be about to name them"
    home.service.maker.clock = Clock(NOW)
    home.intake._clock = Clock(NOW)
    assert home.intake.clean() == 4 + 1
    for file in home.service.manifest(second).files:
        assert home.blobs.has(file.sha256)
    assert [it.id for it in home.service.all(HOME)] == [second.dataset_id]


def test_files_of_a_database_that_was_lost_are_not_swept_away(tmp_path: Path) -> None:
    with DatasetsAlone(tmp_path) as home:
        taken = home.take(good.folders(3))
        home.intake.clean()
    for left in (tmp_path / "jobs").iterdir():
        left.unlink()
    with DatasetsAlone(tmp_path) as home:
        home.intake._clock = Clock(NOW)
        assert home.intake.clean() == 0
        assert home.blobs.has(taken.manifest)
        assert "restore that database" in str(home.intake.health().reason)
        home.blobs.owner.unlink()
        home.intake.clean()
        assert not home.blobs.has(taken.manifest)
        assert home.intake.health().reason is None


def test_who_keeps_a_file_again_keeps_it_from_the_sweep(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.keep_bytes(b"old")
    os.utime(blobs.path(digest), (1.0, 1.0))
    assert blobs.retain(digest)
    assert blobs.delete_all_but(set()) == 0
    os.utime(blobs.path(digest), (1.0, 1.0))
    assert blobs.keep_bytes(b"old") == digest
    assert blobs.delete_all_but(set()) == 0
    os.utime(blobs.path(digest), (1.0, 1.0))
    assert blobs.delete_all_but({digest}) == 0
    assert blobs.delete_all_but(set()) == 1
    assert not blobs.retain(digest)


def test_a_file_that_is_kept_while_the_sweep_looks_is_not_deleted(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)

    class Named(frozenset[str]):
        """Nothing; but who asks is late: another upload has just found the file to be there."""

        def __contains__(self, digest: object) -> bool:
            assert blobs.retain(str(digest))
            return False

    digest = blobs.keep_bytes(b"old")
    os.utime(blobs.path(digest), (1.0, 1.0))
    assert blobs.delete_all_but(Named()) == 0
    assert blobs.has(digest)


def test_many_files_are_kept_with_two_syncs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs, synced = Blobs(tmp_path), []
    monkeypatch.setattr(os, "sync", lambda: synced.append(1))
    folder = blobs.staging("a")
    folder.mkdir(parents=True)
    files = []
    for number in range(100):
        place = folder / str(number)
        place.write_text(str(number), encoding="utf-8")
        files.append(Staged(sha256_of(place), place))
    blobs.adopt(files)
    assert synced == [1, 1], "what they hold, then their names"
    assert sorted(blobs.digests()) == sorted(it.sha256 for it in files)


def test_a_link_downloads_the_version_until_it_expires(tmp_path: Path) -> None:
    clock = Clock(NOW)
    with DatasetsAlone(tmp_path, clock) as home:
        version = home.take(good.folders())
        token, expires_at = home.shares.share(version, 7, 1, 3)
        assert expires_at == NOW + 7 * 86_400
        found = home.shares.find(token)
        assert (found.version, found.created_by) == (version, 3)
        with zipfile.ZipFile(io.BytesIO(b"".join(home.shares.zipped(version)))) as archive:
            assert archive.testzip() is None
            assert {name: archive.read(name) for name in archive.namelist()} == good.folders()
        with pytest.raises(UnknownShare):
            home.shares.find(token + "x")
        clock.now = expires_at
        with pytest.raises(UnknownShare):
            home.shares.find(token)


def test_a_subset_is_made_of_what_is_of_its_household_alone(home: DatasetsAlone) -> None:
    version = home.take(good.folders())
    with home.database.writing() as db:
        db.execute(update(datasets).values(household_id=2))
    wanted = Subset(labels=("lying",))
    assert home.service.subset(version, wanted, 2, None).subset_of == version.id
    with pytest.raises(UnknownDataset):
        home.service.subset(version, wanted, 1, None)


def test_a_link_leads_to_what_is_of_its_household_alone(home: DatasetsAlone) -> None:
    version = home.take(good.folders())
    with home.database.writing() as db:
        db.execute(update(datasets).values(household_id=2))
    own, others = (home.shares.share(version, 7, number, 3)[0] for number in (2, 1))
    found = home.shares.find(own)
    assert (found.version, found.household_id) == (version, 2)
    with pytest.raises(UnknownShare):
        home.shares.find(others)


def test_a_link_to_what_was_removed_is_over(home: DatasetsAlone) -> None:
    version = home.take(good.folders())
    token, _ = home.shares.share(version, 7, 1, None)
    home.service.remove(version.dataset_id, HOME)
    with pytest.raises(UnknownShare):
        home.shares.find(token)


def test_what_was_shared_can_be_uploaded_again(home: DatasetsAlone) -> None:
    version = home.take(good.tracks(), DatasetKind.TRACKS)
    again = home.send(b"".join(home.shares.zipped(version)), DatasetKind.TRACKS)
    assert home.service.version(again.version_id or "", HOME).manifest == version.manifest


def test_a_fetched_version_is_whole_read_only_and_says_what_it_is(
    home: DatasetsAlone, tmp_path: Path
) -> None:
    version, folder = home.take(good.yolo()), tmp_path / "fetched"
    for _ in range(2):
        home.service.fetch(version, folder)
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    said = DatasetManifest.model_validate_json(found.pop(MANIFEST_NAME).read_bytes())
    assert said == home.service.manifest(version)
    assert {name: path.read_bytes() for name, path in found.items()} == good.yolo()
    assert all(path.stat().st_mode & 0o222 == 0 for path in found.values())


def test_a_file_that_was_changed_on_the_disk_is_refused_by_name(
    home: DatasetsAlone, tmp_path: Path
) -> None:
    version = home.take(good.folders())
    file = home.service.manifest(version).files[0]
    place = home.blobs.path(file.sha256)
    place.chmod(0o600)
    place.write_bytes(b"other")
    with pytest.raises(WrongContent, match=file.path):
        home.service.fetch(version, tmp_path / "fetched")


def test_where_a_manifest_is_lost_nothing_is_swept_and_it_is_said(tmp_path: Path) -> None:
    home = DatasetsAlone(tmp_path)
    with home:
        lost, other = home.take(good.folders(2)), home.take(good.folders(6))
    home.service.remove(other.dataset_id, HOME)
    home.blobs.delete(lost.manifest)
    again = DatasetsAlone(tmp_path, Clock(NOW))
    with again:
        while again.intake.health().reason is None:
            time.sleep(0.01)
        assert "no file" in (again.intake.health().reason or "")
        assert all(again.blobs.has(it.sha256) for it in again.service.manifest(other).files)
