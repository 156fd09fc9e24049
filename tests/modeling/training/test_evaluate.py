import json

import pytest
from typer.testing import CliRunner

from modeling.checkpoint import load_manifest, save_manifest
from modeling.detector import Detector
from modeling.training.dataset import load_dataset
from modeling.training.evaluate import app, evaluate_checkpoint
from modeling.training.record import TrainingRecord
from modeling.training.settings import TrainingSettings


@pytest.fixture
def checkpoint(make_checkpoint, tmp_path):
    """Trained on fall-0 and adl-0, as its manifest says."""
    folder = make_checkpoint(tmp_path / "checkpoint")
    record = TrainingRecord(
        settings=TrainingSettings(),
        groups=["adl-0", "fall-0"],
        sources=["urfd"],
        by_event={},
        by_window={},
        onnx_difference=0.0,
    )
    metrics = record.model_dump(mode="json")
    save_manifest(folder, load_manifest(folder).model_copy(update={"metrics": metrics}))
    return folder


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_figures_come_as_a_table_and_as_json(checkpoint, dataset, tmp_path):
    out = tmp_path / "figures.json"
    result = run(checkpoint, "--dataset", dataset, "--out", out)
    assert result.exit_code == 0, result.output
    figures = json.loads(out.read_text())
    assert figures["by_event"]["all"]["falls_found"]["total"] == 6
    assert figures["by_event"]["urfd cam0"]["alarmed_clips"]["total"] == 3
    assert figures["by_window"]["fall"]["recall"]["total"] > 0
    assert "| all " in result.stdout
    assert "| lying |" in result.stdout


def test_clips_that_were_part_of_the_training_are_named_as_such(checkpoint, dataset):
    result = run(checkpoint, "--dataset", dataset)
    assert result.stdout.startswith("NOT HELD OUT: 3 of 9 clips were part of the training")
    figures = json.loads((dataset / "evaluation.json").read_text())
    assert figures["trained_on"] == ["fall-0-cam0", "fall-0-cam1", "adl-0"]


def test_clips_of_other_groups_are_held_out(checkpoint, dataset):
    strangers = [c for c in load_dataset(dataset) if c.labels.group not in ("fall-0", "adl-0")]
    evaluation = evaluate_checkpoint(Detector.load(checkpoint), strangers)
    assert evaluation.trained_on == []
    assert evaluation.caveat.startswith("Held out")


def test_a_checkpoint_that_does_not_say_how_it_was_trained_is_refused(
    make_checkpoint, dataset, tmp_path
):
    result = run(make_checkpoint(tmp_path / "bare"), "--dataset", dataset)
    assert result.exit_code == 1
    assert result.stderr == "error: the manifest does not say how the model was trained\n"


def test_a_missing_dataset_is_told_in_one_line(checkpoint, tmp_path):
    result = run(checkpoint, "--dataset", tmp_path / "absent")
    assert result.exit_code == 1
    assert "run build-dataset first" in result.stderr
