from dataclasses import replace

import pytest
from typer.testing import CliRunner

from modeling.perception.detector.checkpoint import CheckpointError, load_manifest, save_manifest
from modeling.training.comparison.results import Comparison, StudyFigures, add_evaluation
from modeling.training.detectors.card import render_card
from modeling.training.detectors.record import (
    ExportCheck,
    TrainingRecord,
    training_record,
)
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.by_event import event_figures


@pytest.fixture
def record():
    return TrainingRecord(
        settings=TrainingSettings(folds=5, false_alarm_budget=0.05),
        dataset="4f2a",
        groups=["adl-01", "fall-01"],
        sources=["upfall", "urfd"],
        by_event={"urfd cam0": event_figures([]), "all": event_figures([])},
        by_window={},
        exports=ExportCheck(windows=812, differences={"ONNX": 6e-8, "TorchScript": 0.0}),
    )


@pytest.fixture
def card(record, checkpoint):
    return render_card(load_manifest(checkpoint), record)


def test_the_card_names_each_source_with_its_licence_and_authors(card):
    assert "CC BY-NC-SA 4.0" in card
    assert "Kwolek" in card
    assert "For research use" in card
    assert "Martinez-Villasenor" in card
    assert "CVAT" not in card


def test_the_card_states_splits_exports_and_limits(card):
    assert "Each dataset of the recordings is held out once" in card
    assert "at most 5% of the clips" in card.replace("\n", " ")
    assert "Over the 812 windows" in card
    assert "6e-08 in ONNX, 0e+00 in TorchScript" in card
    assert "## What it is not good at" in card


def test_an_interval_stands_beside_each_share_even_where_nothing_was_counted(card):
    row = next(
        line for line in card.splitlines() if line.startswith("| urfd cam0 |") and "%" in line
    )
    assert "0 of 0 (0% to 100%)" in row


def test_the_card_fits_the_width_of_a_terminal_but_for_tables_and_sources(card):
    prose = [line for line in card.splitlines() if not line.startswith(("|", "- U"))]
    assert max(map(len, prose)) <= 110


@pytest.fixture
def manifest(record, checkpoint):
    metrics = record.model_dump(mode="json")
    return load_manifest(checkpoint).model_copy(update={"metrics": metrics})


@pytest.fixture
def comparison(record, manifest):
    """Two models under two protocols, by the settings of the record."""
    studies = [
        StudyFigures(
            protocol=protocol,
            model=model,
            thresholds={"fall-01": {"fall": 0.6, "lying": 0.5}},
            by_event={"urfd cam0": event_figures([]), "all": event_figures([])},
            by_window={},
        )
        for protocol in ("leave-one-room-out", "urfd-to-upfall")
        for model in ("lstm", "random-forest")
    ]
    return Comparison(
        settings=record.settings,
        dataset=record.dataset,
        feature_layout=manifest.feature_layout,
        studies=studies,
    )


def written(comparison, folder):
    path = folder / "evaluation.json"
    path.write_text(comparison.model_dump_json())
    return path


def test_a_card_without_an_evaluation_says_which_command_makes_one(card):
    assert "Not measured yet. `evaluate-lstm-model --protocol all`" in card


def test_an_evaluation_of_the_same_recipe_is_shown_by_protocol_and_model(
    manifest, comparison, tmp_path
):
    manifest = add_evaluation(manifest, written(comparison, tmp_path))
    card = render_card(manifest, training_record(manifest))
    assert "Not measured yet" not in card
    rooms, across = card.index("### leave-one-room-out"), card.index("### urfd-to-upfall")
    assert "| random-forest | 0 of 0 (0% to 100%)" in card[rooms:across]
    assert "| lstm " in card[across:]


def test_figures_of_other_settings_are_refused(manifest, comparison, tmp_path):
    others = replace(comparison.settings, epochs=99)
    path = written(comparison.model_copy(update={"settings": others}), tmp_path)
    with pytest.raises(CheckpointError, match="is of other settings than the checkpoint"):
        add_evaluation(manifest, path)


def test_figures_of_another_feature_layout_are_refused(manifest, comparison, tmp_path):
    path = written(comparison.model_copy(update={"feature_layout": "other"}), tmp_path)
    with pytest.raises(CheckpointError, match="is of another feature layout"):
        add_evaluation(manifest, path)


def test_figures_of_other_clips_are_refused(manifest, comparison, tmp_path):
    path = written(comparison.model_copy(update={"dataset": "older labels"}), tmp_path)
    with pytest.raises(CheckpointError, match="is of other clips or labels"):
        add_evaluation(manifest, path)


def test_a_file_that_is_no_comparison_is_refused(manifest, tmp_path):
    path = tmp_path / "evaluation.json"
    path.write_text('{"checkpoint": "fall-lstm"}')
    with pytest.raises(CheckpointError, match="was not written by evaluate-lstm-model --protocol"):
        add_evaluation(manifest, path)


def test_export_adds_an_evaluation_to_manifest_and_card(
    manifest, comparison, make_checkpoint, tmp_path, monkeypatch
):
    torch = pytest.importorskip("torch")
    from modeling.training.commands import export_lstm
    from modeling.training.detectors import network, training
    from modeling.training.export.weights import save_weights

    monkeypatch.setattr(training, "FORMATS", training.FORMATS[1:])  # ONNX takes seconds
    folder = make_checkpoint(tmp_path / "checkpoint")
    save_manifest(folder, manifest)
    torch.manual_seed(0)
    save_weights(network.Ensemble([network.AttentionLstm(hidden=8, labels=2)]), folder)
    path = written(comparison, tmp_path)
    result = CliRunner().invoke(export_lstm.app, [str(folder), "--evaluation", str(path)])
    assert result.exit_code == 0, result.output
    assert "### urfd-to-upfall" in (folder / "CARD.md").read_text()
    assert len(training_record(load_manifest(folder)).protocols) == 4
