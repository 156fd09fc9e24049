import sys

import pytest
from typer.testing import CliRunner

from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.training.commands import export_lstm, train_lstm


@pytest.fixture(autouse=True)
def no_torch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)


def test_training_says_how_to_install_torch(dataset):
    result = CliRunner().invoke(train_lstm.app, ["--dataset", str(dataset)])
    assert result.exit_code == 1
    assert result.stderr == (
        "error: this command needs torch: uv pip install torch --torch-backend=cpu\n"
    )


def test_export_says_how_to_install_torch():
    result = CliRunner().invoke(export_lstm.app, [str(DEFAULT_CHECKPOINT)])
    assert result.exit_code == 1
    assert "uv pip install torch" in result.stderr


@pytest.mark.parametrize("command", [train_lstm.app, export_lstm.app])
def test_help_needs_no_torch(command):
    assert CliRunner().invoke(command, ["-h"]).exit_code == 0


def test_bad_usage_is_status_2():
    assert CliRunner().invoke(train_lstm.app, ["--folds", "1"]).exit_code == 2
