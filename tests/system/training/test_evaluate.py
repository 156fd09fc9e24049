import json

import pytest
from typer.testing import CliRunner

from modeling.perception.detector.checkpoint import load_manifest, save_manifest
from modeling.perception.detector.detector import Detector
from modeling.training.commands.evaluate_lstm import app, evaluate_checkpoint
from modeling.training.datasets.clips import load_dataset
from modeling.training.detectors.record import ExportCheck, TrainingRecord
from modeling.training.detectors.settings import TrainingSettings


@pytest.fixture
def checkpoint(make_checkpoint, tmp_path):
    """Trained on fall-0 and adl-0, as its manifest says."""
    folder = make_checkpoint(tmp_path / "checkpoint")
    record = TrainingRecord(
        settings=TrainingSettings(),
        dataset="",
        groups=["adl-0", "fall-0"],
        sources=["urfd"],
        by_event={},
        by_window={},
        exports=ExportCheck(windows=0, differences={}),
    )
    metrics = record.model_dump(mode="json")
    save_manifest(folder, load_manifest(folder).model_copy(update={"metrics": metrics}))
    return folder


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_figures_come_as_tables_as_json_and_as_pages(checkpoint, dataset, tmp_path):
    out = tmp_path / "figures"
    result = run(checkpoint, "--dataset", dataset, "--out", out)
    assert result.exit_code == 0, result.output
    figures = json.loads((out / "evaluation.json").read_text())["figures"]
    assert figures["by_event"]["all"]["falls_found"]["total"] == 6
    assert figures["by_event"]["urfd cam0"]["alarmed_clips"]["total"] == 3
    assert figures["by_window"]["fall"]["recall"]["total"] > 0
    assert figures["thresholds"] == {"all": {"fall": 0.6, "lying": 0.6}}
    assert "| all " in result.stdout
    assert "| lying |" in result.stdout
    assert (out / "index.html").is_file()
    assert str(out / "index.html") in result.stdout


def test_clips_that_were_part_of_the_training_are_named_as_such(checkpoint, dataset):
    evaluation, _ = evaluate_checkpoint(Detector.load(checkpoint), load_dataset(dataset))
    assert evaluation.caveat.startswith("NOT HELD OUT: 3 of 9 clips were part of the training")
    assert evaluation.trained_on == ["fall-0-cam0", "fall-0-cam1", "adl-0"]


def test_clips_of_other_groups_are_held_out(checkpoint, dataset):
    strangers = [c for c in load_dataset(dataset) if c.labels.group not in ("fall-0", "adl-0")]
    evaluation, study = evaluate_checkpoint(Detector.load(checkpoint), strangers)
    assert evaluation.trained_on == []
    assert evaluation.caveat.startswith("Held out")
    assert [clip.scored.labels for clip in study.clips] == [clip.labels for clip in strangers]


def test_a_checkpoint_that_does_not_say_how_it_was_trained_is_refused(
    make_checkpoint, dataset, tmp_path
):
    result = run(make_checkpoint(tmp_path / "bare"), "--dataset", dataset)
    assert result.exit_code == 1
    assert result.stderr == "error: the manifest does not say how the model was trained\n"


def test_a_missing_dataset_is_reported_in_one_line(checkpoint, tmp_path):
    result = run(checkpoint, "--dataset", tmp_path / "absent")
    assert result.exit_code == 1
    assert "run build-dataset first" in result.stderr


def test_a_dataset_that_lacks_what_a_protocol_needs_is_reported_in_one_line(dataset):
    result = run("--protocol", "all", "--folds", "2", "--dataset", dataset)
    assert result.exit_code == 1
    assert (
        result.stderr
        == "error: leave-one-dataset-out needs clips of at least two sources, has urfd\n"
    )


def test_an_unknown_protocol_is_bad_usage(dataset):
    result = run("--protocol", "leave-some-out", "--dataset", dataset)
    assert result.exit_code == 2
    assert "leave-one-group-out" in result.stderr


def test_a_checkpoint_and_a_protocol_together_are_bad_usage(checkpoint, dataset):
    assert run(checkpoint, "--protocol", "all", "--dataset", dataset).exit_code == 2


@pytest.mark.slow
def test_models_are_compared_on_the_splits_of_a_protocol(dataset, tmp_path):
    pytest.importorskip("torch")
    arguments = ["--protocol", "leave-one-room-out", "--without-test-only", "--takes", "1"]
    arguments += ["--folds", "2"]
    models = ["--model", "geometric-rule", "--model", "logistic-regression"]
    out = tmp_path / "figures"
    result = run(*arguments, *models, "--jobs", "1", "--dataset", dataset, "--out", out)
    assert result.exit_code == 0, result.output
    assert "## leave-one-room-out, trained on urfd\n" in result.stdout
    assert "| geometric-rule " in result.stdout
    written = json.loads((out / "evaluation.json").read_text())
    assert written["settings"]["takes"] == 1
    rule, regression = written["studies"]
    assert (rule["model"], regression["model"]) == ("geometric-rule", "logistic-regression")
    assert set(rule["thresholds"]) == {"hall", "office"}
    for study in (rule, regression):
        assert study["by_event"]["all"]["clips"] == 9
        assert study["by_window"]["fall"]["average_precision"]["low"] is not None
    assert (out / "index.html").is_file()


def test_ctrl_c_is_reported_in_one_line(dataset, monkeypatch):
    comparison = pytest.importorskip("modeling.training.comparison.compare")

    def interrupted(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(comparison, "compare", interrupted)
    arguments = ["--protocol", "leave-one-room-out", "--without-test-only", "--folds", "2"]
    result = run(*arguments, "--dataset", dataset)
    assert result.exit_code == 1
    assert result.stderr == "stopped: the same command goes on after the last finished split\n"
