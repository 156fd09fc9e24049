import json
import shutil

import numpy as np
import pytest

from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.perception.detector.checkpoint import (
    DEFAULT_CHECKPOINT,
    CheckpointError,
    load_manifest,
    save_manifest,
)
from modeling.perception.detector.detector import Detector, WindowError


@pytest.fixture
def checkpoint(tmp_path):
    """A copy of the checkpoint that ships, to be broken."""
    return shutil.copytree(DEFAULT_CHECKPOINT, tmp_path / "checkpoint")


@pytest.fixture
def edit(checkpoint):
    def edit(**changes):
        path = checkpoint / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return edit


def test_the_checkpoint_that_ships_loads_and_wakes_people_for_falls_alone():
    manifest = Detector.load(DEFAULT_CHECKPOINT).manifest
    assert [label.name for label in manifest.labels] == ["fall", "lying"]
    assert manifest.anomalous_labels == {"fall"}


def test_a_manifest_survives_being_written(checkpoint):
    manifest = load_manifest(checkpoint)
    save_manifest(checkpoint, manifest)
    assert load_manifest(checkpoint) == manifest


def test_scores_are_probabilities_one_row_a_window():
    windows = np.random.default_rng(0).normal(size=(5, WINDOW_LENGTH, FEATURE_COUNT))
    detector = Detector.load(DEFAULT_CHECKPOINT)
    scores = detector.scores(windows.astype(np.float32))
    assert scores.shape == (5, 2)
    assert ((scores >= 0) & (scores <= 1)).all()
    one_by_one = [detector.scores(window[None])[0] for window in windows.astype(np.float32)]
    np.testing.assert_allclose(scores, one_by_one, atol=1e-5)


def test_an_anomaly_is_an_anomalous_label_at_its_threshold(checkpoint, edit):
    labels = json.loads((checkpoint / "manifest.json").read_text())["labels"]
    edit(labels=[{**labels[0], "threshold": 0.0}, {**labels[1], "threshold": 0.0}])
    window = np.zeros((1, WINDOW_LENGTH, FEATURE_COUNT), dtype=np.float32)
    (analysis,) = Detector.load(checkpoint).analyze(window)
    assert analysis.is_anomaly
    assert analysis.anomaly_score == analysis.scores[0]
    edit(labels=[{**labels[0], "threshold": 1.0}, {**labels[1], "threshold": 0.0}])
    (analysis,) = Detector.load(checkpoint).analyze(window)
    assert not analysis.is_anomaly


@pytest.mark.parametrize(
    ("windows", "message"),
    [
        (np.zeros((16, FEATURE_COUNT)), "expected windows of 16 frames"),
        (np.zeros((1, 15, FEATURE_COUNT)), r"shape \(1, 15, "),
        (np.zeros((1, 16, FEATURE_COUNT + 1)), "features each"),
        (np.zeros((0, 16, FEATURE_COUNT)), "expected windows"),
        (np.full((1, 16, FEATURE_COUNT), np.nan), "NaN or infinity"),
    ],
)
def test_windows_of_the_wrong_shape_or_without_numbers_are_refused(windows, message):
    with pytest.raises(WindowError, match=message):
        Detector.load(DEFAULT_CHECKPOINT).analyze(windows.astype(np.float32))


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(CheckpointError, match=r"cannot read .*absent.*manifest\.json"):
        Detector.load(tmp_path / "absent")


def test_missing_weights_are_named(checkpoint):
    (checkpoint / "model.onnx").unlink()
    with pytest.raises(CheckpointError, match=r"no weights at .*model\.onnx"):
        Detector.load(checkpoint)


def test_broken_weights_are_refused(checkpoint):
    (checkpoint / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(CheckpointError, match=r"model\.onnx cannot be run"):
        Detector.load(checkpoint)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"feature_layout": "body-3d-v9"}, "feature layout 'body-3d-v9', expected"),
        ({"window_length": 32}, "windows of 32 poses, expected 16"),
        ({"normalization": {"mean": [0.0], "std": [1.0]}}, "normalization must have"),
        ({"labels": []}, "labels"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_manifest_of_another_kind_is_refused(checkpoint, edit, changes, message):
    edit(**changes)
    with pytest.raises(CheckpointError, match=message):
        Detector.load(checkpoint)


def test_a_manifest_that_is_no_json_is_refused(checkpoint):
    (checkpoint / "manifest.json").write_text("{")
    with pytest.raises(CheckpointError, match="is no manifest"):
        Detector.load(checkpoint)


def test_other_labels_than_the_network_scores_are_refused(checkpoint, edit):
    edit(labels=[{"name": "fall", "threshold": 0.5, "anomalous": True}])
    with pytest.raises(CheckpointError, match="expected one score a label"):
        Detector.load(checkpoint)
