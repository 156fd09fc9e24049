"""What is registered, who serves, and what may."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from backend.jobs.service import JobService, JobWanted
from backend.storage.errors import BlobUnavailable
from backend.versions.errors import (
    NoCard,
    NotCompared,
    OtherLabels,
    UnknownVersion,
    VersionInUse,
)
from contract.jobs import JobKind
from contract.versions import DETECTOR, Alias, Version
from modeling.perception.detector.checkpoint import MANIFEST_NAME, CheckpointError
from testkit.households import HOME
from testkit.versions import compared

PRODUCTION, SHADOW = Alias.PRODUCTION, Alias.SHADOW


def test_one_that_ships_is_registered_once_and_serves(registry: Any) -> None:
    first = registry.shipped
    assert first.aliases == (PRODUCTION,)
    assert registry.opened().newest(HOME) == [first]
    assert registry.versions.named(DETECTOR, PRODUCTION, HOME) == first
    assert registry.versions.named(DETECTOR, SHADOW, HOME) is None


def test_one_that_ships_is_there_again_after_the_database_was_removed(registry: Any) -> None:
    first = registry.shipped
    for file in registry.folder.glob("factory.sqlite3*"):
        file.unlink()
    assert registry.shipped == first
    assert registry.versions.named(DETECTOR, PRODUCTION, HOME) == first


def test_one_that_ships_anew_serves_unless_an_alias_says_otherwise(registry: Any) -> None:
    before = registry.shipped
    path = registry.folder / "newer"
    shutil.copytree(registry.checkpoint, path)
    manifest = path / MANIFEST_NAME
    manifest.write_text(manifest.read_text().replace("0.6", "0.7"))
    registry.checkpoint, registry.now = path, 9.0
    service = registry.opened()
    newer, older = service.newest(HOME)
    assert (newer.aliases, older.aliases, older.id) == ((PRODUCTION,), (), before.id)
    trained = registry.trained("2", threshold=0.5)
    compared(registry.database, trained, newer)
    service.move(DETECTOR, PRODUCTION, trained.id, 1, "better", HOME)
    assert registry.opened().named(DETECTOR, PRODUCTION, HOME).version == "2"


def test_checkpoint_that_is_none_ships_nothing(registry: Any, tmp_path: Path) -> None:
    registry.checkpoint = tmp_path / "nothing"
    assert registry.opened().newest(HOME) == []


def test_job_registers_one_version_however_often_it_asks(registry: Any) -> None:
    job = JobService(registry.database).ask(
        JobWanted(JobKind.TRAINING, "t", {}, HOME, created_by=7)
    )
    args = (job, DETECTOR, "2", registry.checkpoint, {}, registry.shipped.id, ("d1",))
    first, second = (registry.versions.register(*args) for _ in range(2))
    assert first == second == registry.versions.find(first.id, HOME)
    assert (first.base_id, first.dataset_version_ids, first.created_by, first.job_id) == (
        registry.shipped.id,
        ("d1",),
        7,
        job.id,
    )
    with pytest.raises(CheckpointError, match=r"no manifest.json and no model.onnx"):
        registry.versions.register(job, DETECTOR, "3", registry.folder / "empty", {}, None, ())


def test_files_are_put_back_as_they_were(registry: Any, tmp_path: Path) -> None:
    version = registry.shipped
    target = tmp_path / "put"
    registry.versions.put_into(version, target)
    for name in version.files:
        assert (target / name).read_bytes() == (registry.checkpoint / name).read_bytes()
    (target / MANIFEST_NAME).write_text("changed")
    registry.versions.put_into(version, target)
    assert (target / MANIFEST_NAME).read_bytes() == (
        registry.checkpoint / MANIFEST_NAME
    ).read_bytes()


def test_damaged_file_is_not_put_anywhere(registry: Any, tmp_path: Path) -> None:
    version = registry.shipped
    registry.blobs.path(version.files[MANIFEST_NAME]).write_text("{}")
    with pytest.raises(BlobUnavailable, match="damaged"):
        registry.versions.put_into(version, tmp_path / "put")
    assert not list((tmp_path / "put").glob(f"{MANIFEST_NAME}*"))


def test_production_needs_a_comparison_with_the_one_that_serves(registry: Any) -> None:
    shipped, new, third = registry.shipped, registry.trained("2"), registry.trained("3")
    with pytest.raises(NotCompared, match="POST /comparisons"):
        registry.versions.move(DETECTOR, PRODUCTION, new.id, 1, "because", HOME)
    compared(registry.database, new, third)
    with pytest.raises(NotCompared):
        registry.versions.move(DETECTOR, PRODUCTION, new.id, 1, "because", HOME)
    compared(registry.database, shipped, new)
    registry.versions.move(DETECTOR, PRODUCTION, new.id, 1, "better", HOME)
    assert registry.versions.find(new.id, HOME).aliases == (PRODUCTION,)
    assert registry.versions.find(shipped.id, HOME).aliases == ()
    back = registry.versions.move(DETECTOR, PRODUCTION, shipped.id, None, "worse after all", HOME)
    assert registry.versions.moves(HOME) == [back, registry.moved[0].move]
    assert (back.from_version_id, back.to_version_id, back.at) == (new.id, shipped.id, 5.0)
    assert [each.move.reason for each in registry.moved] == ["better", "worse after all"]


def test_obstacle_says_why_a_version_may_not_serve_yet(registry: Any) -> None:
    shipped, new = registry.shipped, registry.trained("2")
    assert registry.versions.obstacle(shipped) is None
    assert isinstance(registry.versions.obstacle(new), NotCompared)
    compared(registry.database, shipped, new)
    assert registry.versions.obstacle(new) is None
    other = registry.trained("3", name="slip")
    assert isinstance(registry.versions.obstacle(other), OtherLabels)
    registry.blobs.path(new.files[MANIFEST_NAME]).unlink()
    assert isinstance(registry.versions.obstacle(new), BlobUnavailable)


def test_alias_that_names_it_already_does_not_move(registry: Any) -> None:
    move = registry.versions.move(DETECTOR, PRODUCTION, registry.shipped.id, 1, "again", HOME)
    assert move.from_version_id == move.to_version_id == registry.shipped.id
    assert (registry.versions.moves(HOME), registry.moved) == ([], [])


@pytest.mark.parametrize("fields", [{"name": "slip"}, {"anomalous": True}])
def test_other_labels_do_not_serve(registry: Any, fields: dict[str, Any]) -> None:
    other = registry.trained("2", **fields)
    compared(registry.database, registry.shipped, other)
    with pytest.raises(OtherLabels, match=r"fall \(anomalous\), lying"):
        registry.versions.move(DETECTOR, PRODUCTION, other.id, 1, "because", HOME)
    registry.versions.move(DETECTOR, SHADOW, other.id, 1, "to look", HOME)
    assert registry.versions.named(DETECTOR, SHADOW, HOME).id == other.id


def test_what_an_alias_names_meanwhile_is_not_removed(registry: Any) -> None:
    version = registry.trained("2")

    def named_meanwhile(_version: Version) -> None:
        registry.versions.move(DETECTOR, SHADOW, version.id, 1, "to look", HOME)

    registry.versions.keep_while(named_meanwhile)
    with pytest.raises(VersionInUse, match="it is shadow of fall-lstm"):
        registry.versions.remove(version.id, HOME)
    assert registry.versions.named(DETECTOR, SHADOW, HOME).id == version.id


def test_files_that_nobody_named_for_long_stay_once_a_version_has_them(registry: Any) -> None:
    digests = {registry.blobs.keep_file(path) for path in registry.checkpoint.iterdir()}
    for digest in digests:
        os.utime(registry.blobs.place(digest), (1.0, 1.0))
    registry.trained("2")
    files = set(registry.shipped.files.values())
    assert files <= digests
    assert registry.blobs.delete_all_but(set()) == 0


def test_what_is_named_or_used_is_not_removed(registry: Any) -> None:
    version = registry.trained("2")
    with pytest.raises(VersionInUse, match="it is production of fall-lstm"):
        registry.versions.remove(registry.shipped.id, HOME)
    registry.versions.keep_while(lambda one: f"hall runs it: {one.version}")
    with pytest.raises(VersionInUse, match="hall runs it: 2"):
        registry.versions.remove(version.id, HOME)
    registry.versions = registry.opened()
    registry.versions.remove(version.id, HOME)
    with pytest.raises(UnknownVersion):
        registry.versions.find(version.id, HOME)
    with pytest.raises(UnknownVersion):
        registry.versions.move(DETECTOR, SHADOW, version.id, 1, "gone", HOME)


def test_versions_are_one_households_and_one_recipes(registry: Any) -> None:
    version = registry.shipped
    with pytest.raises(UnknownVersion):
        registry.versions.find(version.id, household_id=2)
    with pytest.raises(UnknownVersion, match="of posture"):
        registry.versions.move("posture", SHADOW, version.id, 1, "wrong recipe", HOME)
    assert registry.versions.newest(HOME, recipe="posture") == []


def test_version_without_a_card_says_so(registry: Any) -> None:
    with pytest.raises(NoCard):
        registry.versions.card(registry.shipped)
