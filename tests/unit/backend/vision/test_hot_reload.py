"""A new version of a checkpoint folder, while the old one answers."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.errors import ModelUnavailable
from backend.vision.errors import NotInProduction
from backend.vision.hot_reload import ModelSlot
from modeling.perception.detector.checkpoint import MANIFEST_NAME, ONNX_NAME
from modeling.perception.images.model import ImageModel
from modeling.perception.images.registry import TASKS

POSTURE = TASKS["posture"]
Make = Callable[..., Path]


@pytest.fixture
def folder(make_image_checkpoint: Make, tmp_path: Path) -> Path:
    return make_image_checkpoint(tmp_path, "posture")


@pytest.fixture
def slot(folder: Path) -> ModelSlot:
    return ModelSlot("posture", folder)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def looks(slot: ModelSlot, times: int = 2) -> str:
    """The version that answers after so many looks."""
    for _ in range(times):
        slot.look()
    return slot.model.manifest.version


def test_new_version_answers_once_it_has_stood_still(
    slot: ModelSlot, make_image_checkpoint: Make, tmp_path: Path
) -> None:
    make_image_checkpoint(tmp_path, "posture", "2")
    assert looks(slot, 1) == "1"
    assert looks(slot, 1) == "2"
    assert slot.state().model_dump() == {
        "name": "posture",
        "status": "ready",
        "version": "2",
        "labels": POSTURE.labels,
        "reason": None,
    }


def test_version_that_is_put_in_place_of_the_folder_answers_too(
    slot: ModelSlot, folder: Path, make_image_checkpoint: Make, tmp_path: Path
) -> None:
    new = make_image_checkpoint(tmp_path / "aside", "posture", "2")
    folder.rename(tmp_path / "old")
    new.rename(folder)
    assert looks(slot) == "2"


def test_folder_that_stands_as_it_was_is_not_loaded_again(
    slot: ModelSlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageModel, "load", None)
    assert looks(slot, 10) == "1"


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        pytest.param(
            lambda folder: (folder / ONNX_NAME).write_bytes(b"half"),
            "model.onnx cannot be run",
            id="weights that are half there",
        ),
        pytest.param(
            lambda folder: (folder / MANIFEST_NAME).write_text("{"),
            "manifest.json is no manifest",
            id="half a manifest",
        ),
        pytest.param(lambda folder: (folder / ONNX_NAME).unlink(), "no weights", id="no weights"),
        pytest.param(shutil.rmtree, "cannot read", id="no folder"),
    ],
)
def test_version_that_does_not_load_leaves_the_old_one_and_says_why(
    slot: ModelSlot,
    folder: Path,
    make_image_checkpoint: Make,
    tmp_path: Path,
    damage: Callable[[Path], Any],
    reason: str,
) -> None:
    make_image_checkpoint(tmp_path, "posture", "2")
    damage(folder)
    assert looks(slot, 3) == "1"
    assert reason in (slot.failure or "")
    assert slot.state().status == "ready"
    make_image_checkpoint(tmp_path, "posture", "3")
    assert looks(slot) == "3"
    assert slot.failure is None


def test_weights_of_another_version_are_not_taken_up_with_this_manifest(
    slot: ModelSlot, folder: Path, make_image_checkpoint: Make, tmp_path: Path
) -> None:
    new = make_image_checkpoint(tmp_path / "aside", "posture", "2")
    documented = b"\x32\x01."  # as ONNX stores a sentence about the model
    (new / ONNX_NAME).write_bytes((new / ONNX_NAME).read_bytes() + documented)
    shutil.copy(new / MANIFEST_NAME, folder)
    manifest = json.loads((folder / MANIFEST_NAME).read_text())
    manifest["weights_sha256"] = digest(new / ONNX_NAME)
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest))
    assert looks(slot, 5) == "1"
    assert "is not the file that its manifest was written for" in (slot.failure or "")
    shutil.copy(new / ONNX_NAME, folder)
    assert looks(slot) == "2"
    assert slot.failure is None


def test_files_that_change_while_they_are_read_are_read_again(
    slot: ModelSlot, make_image_checkpoint: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = ImageModel.load

    def slow_load(task: Any, folder: Path) -> ImageModel:
        model = load(task, folder)
        monkeypatch.setattr(ImageModel, "load", load)
        make_image_checkpoint(tmp_path, "posture", "3")
        return model

    make_image_checkpoint(tmp_path, "posture", "2")
    monkeypatch.setattr(ImageModel, "load", slow_load)
    assert looks(slot) == "1"
    assert looks(slot) == "3"


def test_model_that_was_missing_at_the_start_answers_once_it_is_there(
    make_image_checkpoint: Make, tmp_path: Path
) -> None:
    slot = ModelSlot("posture", tmp_path / "posture")
    with pytest.raises(ModelUnavailable, match="no model posture: cannot read"):
        _ = slot.model
    assert slot.state().status == "unavailable"
    make_image_checkpoint(tmp_path, "posture")
    assert looks(slot) == "1"


def test_checkpoint_of_another_task_is_refused(folder: Path) -> None:
    slot = ModelSlot("camera_health", folder)
    assert slot.state().status == "unavailable"
    assert "is no checkpoint for" in (slot.failure or "")


def test_version_in_another_folder_takes_over_and_then_the_first_is_not_looked_at(
    slot: ModelSlot, folder: Path, make_image_checkpoint: Make, tmp_path: Path
) -> None:
    other = make_image_checkpoint(tmp_path / "other", "posture", "2")
    assert slot.serve(other)
    assert slot.model.manifest.version == "1"
    assert looks(slot) == "2"
    make_image_checkpoint(folder.parent, "posture", "3")
    assert looks(slot) == "2"
    slot.refuse("version 4 is damaged")
    assert (slot.state().reason, slot.state().status) == ("version 4 is damaged", "ready")


def test_own_model_is_not_missed_before_it_is_there_and_tells_apart_what_its_version_does(
    make_image_checkpoint: Make, tmp_path: Path
) -> None:
    slot = ModelSlot("pictures", tmp_path / "pictures", is_own=True)
    looks_before = [slot.look() for _ in range(3)]
    assert (slot.is_there, slot.failure, looks_before) == (False, None, [None] * 3)
    with pytest.raises(NotInProduction):
        _ = slot.model
    for version, labels in (("1", ("a", "b", "c", "d")), ("2", ("e", "f", "g", "h"))):
        made = tmp_path / version
        slot.serve(make_image_checkpoint(made, "pictures", version, labels))
        assert looks(slot) == version
        assert slot.state().labels == labels


def test_own_model_that_cannot_be_placed_is_missed(tmp_path: Path) -> None:
    slot = ModelSlot("pictures", tmp_path / "pictures", is_own=True)
    slot.refuse("version 1 is damaged")
    assert slot.is_there
    with pytest.raises(ModelUnavailable, match="version 1 is damaged"):
        _ = slot.model
