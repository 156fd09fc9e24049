"""Needs torch: what a newcomer's machine skips and CI runs."""

from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

torch = pytest.importorskip("torch")

from modeling.perception.detector.checkpoint import CheckpointError, load_manifest  # noqa: E402
from modeling.perception.detector.detector import Detector  # noqa: E402
from modeling.perception.windows.windows import track_moments  # noqa: E402
from modeling.training import run  # noqa: E402
from modeling.training.commands import train_lstm  # noqa: E402
from modeling.training.commands.export_lstm import plain_windows  # noqa: E402
from modeling.training.datasets import windows  # noqa: E402
from modeling.training.datasets.clips import load_dataset  # noqa: E402
from modeling.training.datasets.examples import Windows  # noqa: E402
from modeling.training.datasets.labels import FALL_AND_LYING, LabelSpec  # noqa: E402
from modeling.training.datasets.windows import ClipWindows  # noqa: E402
from modeling.training.detectors import training  # noqa: E402
from modeling.training.detectors.examples import prepare, thin_out  # noqa: E402
from modeling.training.detectors.fit import (  # noqa: E402
    fit,
    measure,
    normalize,
)
from modeling.training.detectors.network import load_weights, probabilities  # noqa: E402
from modeling.training.detectors.settings import TrainingSettings  # noqa: E402
from modeling.training.evaluate import told  # noqa: E402
from modeling.training.loop import Learner, make_repeatable  # noqa: E402
from modeling.training.runs.snapshots import Snapshot  # noqa: E402

TINY = TrainingSettings(folds=3, takes=1, epochs=2, hidden=8, batch_size=64)


def nothing(_=None):
    """A progress bar that nobody looks at."""


def interrupt_after(epochs):
    """Ctrl-C once so many epochs are done."""
    done = count(1)

    def on_epoch(_):
        if next(done) == epochs:
            raise KeyboardInterrupt

    return on_epoch


@pytest.fixture
def examples(clips):
    return prepared(clips, TINY)


@pytest.fixture
def everything(examples):
    return Windows.concatenate(list(examples.values()))


def weights(fitted):
    return torch.cat([tensor.flatten() for tensor in fitted.network.state_dict().values()])


def prepared(clips, settings):
    return prepare([ClipWindows.of(clip) for clip in clips], settings, nothing)


def cross_validated(clips, settings):
    run = training.DetectorTraining.of(clips, settings)
    validated = {
        name: run.fit(run.examples.without(held_out), None, nothing, None)
        for name, held_out in run.splits.items()
    }
    return [clip for fold in run.scored(validated).values() for clip in fold]


def test_the_command_trains_a_checkpoint_that_runs_and_describes_itself(
    dataset, tmp_path, monkeypatch
):
    monkeypatch.setattr(run, "dry_run", lambda *_: None)
    out = tmp_path / "checkpoint"
    arguments = ["--dataset", str(dataset), "--out", str(out), "--epochs", "1", "--takes", "1"]
    kept = ["--snapshots", str(tmp_path / "snapshots")]
    result = CliRunner().invoke(train_lstm.app, [*arguments, *kept, "--folds", "3"])
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in out.iterdir()) == [
        "CARD.md", "manifest.json", "model.onnx", "model.torchscript", "weights.pt",
    ]  # fmt: skip
    manifest = load_manifest(out)
    assert manifest.metrics["groups"] == ["adl-0", "adl-1", "adl-2", "fall-0", "fall-1", "fall-2"]
    card = (out / "CARD.md").read_text()
    assert "CC BY-NC-SA 4.0" in card
    assert "of 6 (" in card
    assert manifest.version in card
    assert manifest.metrics["exports"]["windows"] == len(plain_windows(load_dataset(dataset)))

    windows = ClipWindows.of(load_dataset(dataset)[0]).counted_features()
    with torch.no_grad():
        normalized = torch.from_numpy(normalize(windows, manifest.normalization))
        expected = probabilities(load_weights(out))(normalized).numpy()
    np.testing.assert_allclose(Detector.load(out).scores(windows), expected, atol=1e-4)


def test_the_same_seed_gives_the_same_weights(everything):
    make_repeatable()
    first, again = (fit(everything, TINY, nothing) for _ in range(2))
    assert torch.equal(weights(first), weights(again))
    other = fit(everything, replace(TINY, seed=1), nothing)
    assert not torch.equal(weights(first), weights(other))


def test_training_learns_to_tell_falls_from_swaying(clips):
    for clip in cross_validated(clips, replace(TINY, epochs=15)):
        scores = np.array([row[0] for row in clip.scores if row is not None])
        assert (scores.max() > 0.5) == bool(clip.labels.falls), clip.labels.name


def test_every_group_weighs_the_same_however_many_cameras_filmed_it(clips, examples):
    weight = Counter()
    for clip in clips:
        weight[clip.labels.group] += examples[clip.labels.name].weights[:, 0].sum()
    # Windows near a fall are all learnt from, of the others about as many as their weight says.
    assert list(weight.values()) == pytest.approx([1.0 / 6] * 6, rel=0.15)


def test_every_clip_is_scored_by_the_fold_that_held_it_out(clips):
    scored = cross_validated(clips, replace(TINY, epochs=1))
    assert sorted(clip.labels.name for clip in scored) == sorted(clip.labels.name for clip in clips)


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
        fit(replace(everything, targets=targets.astype(np.float32), weights=ignored), TINY, nothing)
        for targets in (everything.targets, flipped)
    )
    assert torch.equal(weights(first), weights(second))


@pytest.mark.parametrize("stops", [(1,), (2, 3), (4,)])
def test_a_fit_that_was_stopped_ends_as_if_it_had_not_been(everything, tmp_path, stops):
    make_repeatable()
    settings = replace(TINY, epochs=4)
    snapshot = Snapshot(tmp_path / "fit.pt")
    for stop in stops:
        with pytest.raises(KeyboardInterrupt):
            fit(everything, settings, interrupt_after(stop), snapshot)
        torch.rand(7)  # somebody else draws in between
    resumed = fit(everything, settings, nothing, snapshot)
    assert torch.equal(weights(resumed), weights(fit(everything, settings, nothing)))


def test_a_finished_fit_is_not_made_again(everything, tmp_path, monkeypatch):
    snapshot = Snapshot(tmp_path / "fit.pt")
    first = fit(everything, TINY, nothing, snapshot)
    monkeypatch.delattr(Learner, "learn")
    assert torch.equal(weights(fit(everything, TINY, nothing, snapshot)), weights(first))


def test_weights_that_hold_code_are_not_loaded(tmp_path):
    torch.save({"output.weight": Path("code")}, tmp_path / "weights.pt")
    with pytest.raises(CheckpointError, match=r"weights\.pt holds no weights"):
        load_weights(tmp_path)


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(CheckpointError, match=r"no weights at .*weights\.pt"):
        load_weights(tmp_path)


def test_what_is_generated_is_learnt_from_as_it_is_and_counts_its_share(clips):
    made = [
        replace(clip, labels=clip.labels.model_copy(update={"source": "synthetic"}))
        for clip in clips
    ]
    once = prepared(made, replace(TINY, takes=1))
    more = prepared(made, replace(TINY, takes=3))
    assert [len(part) for part in more.values()] == [len(part) for part in once.values()]
    recorded = prepared(clips, TINY)
    share = made[0].source.share / clips[0].source.share
    assert share > 1.0
    for made_part, part in zip(once.values(), recorded.values(), strict=True):
        assert made_part.weights.sum() == pytest.approx(share * part.weights.sum(), rel=1e-4)


def test_thinning_out_keeps_every_window_of_a_fall_and_the_weight_of_the_rest(clips):
    whole = ClipWindows.of(clips[0]).examples()
    rng = np.random.default_rng(0)
    thin = [thin_out(whole, np.array([True, False]), 5, rng) for _ in range(200)]
    falls = int(whole.targets[:, 0].sum())
    assert falls > 0
    assert {int(part.targets[:, 0].sum()) for part in thin} == {falls}
    weights = np.mean([part.weights.sum(axis=0) for part in thin], axis=0)
    np.testing.assert_allclose(weights, whole.weights.sum(axis=0), rtol=0.1)


def test_networks_of_an_ensemble_differ(clips):
    learnt = Windows.concatenate(list(prepared(clips, TINY).values()))
    members = fit(learnt, TINY, nothing).network.members
    assert len(members) == TINY.networks
    assert not torch.equal(members[0].output.weight, members[1].output.weight)


def test_a_clip_in_which_nobody_is_found_teaches_nothing_and_stops_nothing(clips):
    track = clips[0].track
    empty = replace(clips[0], track=track.with_bodies(np.zeros(len(track.rows), dtype=np.bool_)))
    assert [len(part) for part in prepared([empty], TINY).values()] == [0]


def test_of_two_datasets_each_is_held_out_and_what_is_generated_never(clips):
    def of(source, some):
        return [
            replace(clip, labels=clip.labels.model_copy(update={"source": source})) for clip in some
        ]

    mixed = [*of("urfd", clips[:2]), *of("le2i", clips[2:4]), *of("synthetic", clips[4:])]
    splits = training.validation_splits(mixed, TINY)
    assert splits == {
        "urfd": frozenset(clip.labels.group for clip in clips[:2]),
        "le2i": frozenset(clip.labels.group for clip in clips[2:4]),
    }


def test_any_number_of_labels_is_learnt_scored_and_shipped_with_its_threshold(
    clips, tmp_path, monkeypatch
):
    monkeypatch.setattr(training, "FORMATS", training.FORMATS[1:])  # ONNX takes seconds
    labels = (*FALL_AND_LYING, LabelSpec(name="still", threshold=0.3))
    sat = [replace(clip, vocabulary=labels) for clip in clips]
    made = training.DetectorTraining.of(sat, replace(TINY, epochs=1))
    assert made.examples.targets.shape[1] == 3
    manifest = run.resume_or_start(made, tmp_path / "out", tmp_path / "kept", print, fresh=False)
    assert [(label.name, label.anomalous) for label in manifest.labels] == [
        ("fall", True), ("lying", False), ("still", False),
    ]  # fmt: skip
    assert [label.threshold for label in manifest.labels[1:]] == [0.5, 0.3]
    assert set(manifest.metrics["by_window"]) == {"fall", "lying", "still"}
    assert "| still | 0.3 | no |" in (tmp_path / "out" / "CARD.md").read_text()


def test_the_windows_of_each_clip_are_made_once_in_a_run(clips, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "FORMATS", training.FORMATS[1:])  # ONNX takes seconds
    made = Counter()

    def counted(track):
        made[id(track)] += 1
        return track_moments(track)

    for module in (windows, told):
        monkeypatch.setattr(module, "track_moments", counted, raising=False)
    whole = training.DetectorTraining.of(clips, replace(TINY, epochs=1))
    run.resume_or_start(whole, tmp_path / "out", tmp_path / "kept", print, fresh=False)
    assert made == {id(clip.track): 1 for clip in clips}
