"""Needs torch: what a newcomer's machine skips and CI runs."""

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

torch = pytest.importorskip("torch")

from modeling.checkpoint import CheckpointError, load_manifest  # noqa: E402
from modeling.detector import Detector  # noqa: E402
from modeling.training import export, onnx_export, train  # noqa: E402
from modeling.training.dataset import Examples, clip_examples, load_dataset  # noqa: E402
from modeling.training.fit import fit, measure, normalize, prepare  # noqa: E402
from modeling.training.network import AttentionLstm, load_weights, probabilities  # noqa: E402
from modeling.training.run import make_repeatable  # noqa: E402
from modeling.training.settings import TrainingSettings  # noqa: E402
from modeling.training.validate import cross_validate  # noqa: E402

TINY = TrainingSettings(folds=3, takes=1, epochs=2, hidden=8, batch_size=64)


def nothing():
    """A progress bar that nobody looks at."""


@pytest.fixture
def examples(clips):
    return prepare(clips, TINY, nothing)


@pytest.fixture
def everything(examples):
    return Examples.concatenate(list(examples.values()))


def weights(fitted):
    return torch.cat([tensor.flatten() for tensor in fitted.network.state_dict().values()])


def test_the_command_trains_a_checkpoint_that_runs_and_describes_itself(dataset, tmp_path):
    out = tmp_path / "checkpoint"
    arguments = ["--dataset", str(dataset), "--out", str(out), "--epochs", "1", "--takes", "1"]
    result = CliRunner().invoke(train.app, [*arguments, "--folds", "3"])
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in out.iterdir()) == [
        "CARD.md", "manifest.json", "model.onnx", "weights.pt",
    ]  # fmt: skip
    manifest = load_manifest(out)
    assert manifest.metrics["groups"] == ["adl-0", "adl-1", "adl-2", "fall-0", "fall-1", "fall-2"]
    card = (out / "CARD.md").read_text()
    assert "CC BY-NC-SA 4.0" in card
    assert "of 6 (" in card
    assert manifest.version in card

    windows = clip_examples(load_dataset(dataset)[0]).features
    with torch.no_grad():
        normalized = torch.from_numpy(normalize(windows, manifest.normalization))
        expected = probabilities(load_weights(out))(normalized).numpy()
    np.testing.assert_allclose(Detector.load(out).scores(windows), expected, atol=1e-4)

    (out / "model.onnx").unlink()
    result = CliRunner().invoke(export.app, [str(out), "--dataset", str(dataset)])
    assert result.exit_code == 0, result.output
    np.testing.assert_allclose(Detector.load(out).scores(windows), expected, atol=1e-4)


def test_a_dry_run_tries_everything_and_keeps_nothing(dataset, tmp_path):
    out = tmp_path / "checkpoint"
    arguments = ["--dry-run", "--dataset", str(dataset), "--out", str(out)]
    result = CliRunner().invoke(train.app, arguments)
    assert result.exit_code == 0, result.output
    assert "every step works" in result.stderr
    assert not out.exists()


def test_the_same_seed_gives_the_same_weights(everything):
    make_repeatable()
    first, again = (fit(everything, TINY, nothing) for _ in range(2))
    assert torch.equal(weights(first), weights(again))
    other = fit(everything, replace(TINY, seed=1), nothing)
    assert not torch.equal(weights(first), weights(other))


def test_training_learns_to_tell_falls_from_swaying(clips, examples):
    settings = replace(TINY, epochs=15)
    folds = cross_validate(examples, clips, settings, nothing)
    for clip in (clip for fold in folds for clip in fold):
        scores = np.array([row[0] for row in clip.scores if row is not None])
        assert (scores.max() > 0.5) == bool(clip.labels.falls), clip.labels.name


def test_every_group_weighs_the_same_however_many_cameras_filmed_it(clips, examples):
    weight = Counter()
    for clip in clips:
        weight[clip.labels.group] += examples[clip.labels.name].weights[:, 0].sum()
    assert list(weight.values()) == pytest.approx([1.0] * 6, abs=1e-4)


def test_every_clip_is_scored_by_the_fold_that_held_it_out(clips, examples):
    folds = cross_validate(examples, clips, replace(TINY, epochs=1), nothing)
    scored = sorted(clip.labels.name for fold in folds for clip in fold)
    assert scored == sorted(clip.labels.name for clip in clips)


def test_normalisation_is_measured_on_what_is_given_and_makes_it_standard(everything):
    normalized = normalize(everything.features, measure(everything.features))
    flat = normalized.reshape(-1, normalized.shape[-1])
    np.testing.assert_allclose(flat.mean(axis=0), 0.0, atol=1e-3)
    varying = everything.features.reshape(-1, normalized.shape[-1]).std(axis=0) > 1e-2
    np.testing.assert_allclose(flat.std(axis=0)[varying], 1.0, atol=1e-2)


def test_an_uncertain_target_teaches_nothing(everything):
    make_repeatable()
    ignored = np.zeros_like(everything.weights)
    ignored[: len(ignored) // 2] = everything.weights[: len(ignored) // 2]
    flipped = np.where(ignored > 0, everything.targets, 1.0 - everything.targets)
    first, second = (
        fit(Examples(everything.features, targets.astype(np.float32), ignored), TINY, nothing)
        for targets in (everything.targets, flipped)
    )
    assert torch.equal(weights(first), weights(second))


def test_an_export_that_scores_differently_is_refused(tmp_path, make_checkpoint, monkeypatch):
    other = make_checkpoint(tmp_path / "other") / "model.onnx"
    monkeypatch.setattr(onnx_export, "_write", lambda _scorer, path: shutil.copy(other, path))
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    with pytest.raises(onnx_export.ExportError, match=r"ONNX and torch differ by .*e-0[0-3]"):
        onnx_export.export_onnx(AttentionLstm(hidden=4), folder, export.random_windows())
    assert list(folder.iterdir()) == []


def test_weights_that_hold_code_are_not_loaded(tmp_path):
    torch.save({"output.weight": Path("code")}, tmp_path / "weights.pt")
    with pytest.raises(CheckpointError, match=r"weights\.pt holds no weights"):
        load_weights(tmp_path)


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(CheckpointError, match=r"no weights at .*weights\.pt"):
        load_weights(tmp_path)
