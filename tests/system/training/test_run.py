"""Needs torch: whole runs of `train-lstm-model`, stopped and not."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from itertools import count

import pytest
from typer.testing import CliRunner

torch = pytest.importorskip("torch")

from modeling.training import run  # noqa: E402
from modeling.training.commands import train_lstm  # noqa: E402
from modeling.training.datasets.clips import load_dataset  # noqa: E402
from modeling.training.detectors import fit, training  # noqa: E402
from modeling.training.detectors.settings import TrainingSettings  # noqa: E402
from modeling.training.detectors.training import DetectorTraining  # noqa: E402
from modeling.training.loop import Learner  # noqa: E402

TINY = TrainingSettings(folds=2, takes=1, epochs=2, hidden=8, batch_size=64)

# Trains as the command does, without its dry run.
SCRIPT = f"""
import sys
from pathlib import Path
from modeling.training.datasets.clips import load_dataset
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.detectors.training import DetectorTraining
from modeling.training.run import resume_or_start

dataset, out, root = map(Path, sys.argv[1:])
training = DetectorTraining.of(load_dataset(dataset), {TINY!r})
resume_or_start(training, out, root, print, fresh=False)
"""


def start(*arguments, threads):
    environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
    command = [sys.executable, "-c", SCRIPT, *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def bytes_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_bytes_on_any_number_of_threads(
    dataset, tmp_path, eventually
):
    undisturbed, out = tmp_path / "undisturbed", tmp_path / "out"
    training = DetectorTraining.of(load_dataset(dataset), TINY)
    run.resume_or_start(training, undisturbed, tmp_path / "other", print, fresh=False)

    root = tmp_path / "snapshots"
    killed = start(dataset, out, root, threads=3)
    eventually(lambda: killed.poll() is not None or list(root.glob("*/fold-1.pt")), timeout=300.0)
    killed.send_signal(signal.SIGKILL)
    _, errors = killed.communicate()
    assert killed.returncode == -signal.SIGKILL, errors
    assert not out.exists()

    again = start(dataset, out, root, threads=3)
    _, errors = again.communicate(timeout=300.0)
    assert again.returncode == 0, errors
    assert bytes_in(out) == bytes_in(undisturbed)
    assert list(root.iterdir()) == []


def test_ctrl_c_ends_in_one_line_and_the_same_command_goes_on(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "dry_run", lambda *_: None)
    monkeypatch.setattr(train_lstm, "DEFAULTS", TINY)
    monkeypatch.setattr(training, "FORMATS", training.FORMATS[1:])  # ONNX takes seconds
    root, out = tmp_path / "snapshots", tmp_path / "out"
    arguments = ["--dataset", dataset, "--out", out, "--snapshots", root, "--folds", 2]
    arguments = [str(argument) for argument in [*arguments, "--epochs", 2, "--takes", 1]]

    with monkeypatch.context() as patched:
        patched.setattr(run, "progress_bar", stop_after(3, "validating"))
        stopped = CliRunner().invoke(train_lstm.app, arguments)
    assert stopped.exit_code == 1
    lines = stopped.stderr.splitlines()
    assert lines[-1] == "stopped: the same command goes on after the last finished epoch"
    assert lines[-2].startswith("starts from the beginning: no stopped run")
    assert not out.exists()

    learnt = count_calls(monkeypatch, Learner, "learn")
    resumed = CliRunner().invoke(train_lstm.app, arguments)
    assert resumed.exit_code == 0, resumed.output
    assert "goes on where it was stopped" in resumed.stderr
    assert next(learnt) == 3  # of the six epochs of three fits
    assert list(root.iterdir()) == []


def test_a_dry_run_takes_two_batches_a_fit_and_keeps_nothing(dataset, tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    monkeypatch.setattr(run, "TemporaryDirectory", lambda: nullcontext(str(folder)))
    steps = count_calls(monkeypatch, fit, "weighted_loss")
    out, root = tmp_path / "checkpoint", tmp_path / "snapshots"
    arguments = ["--dry-run", "--dataset", dataset, "--out", out, "--snapshots", root]
    result = CliRunner().invoke(train_lstm.app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    assert result.stderr == "dry run: every step works\n"
    assert (
        next(steps) == 2 * 3 * 4 + 2 * 4
    )  # two folds, and all; four networks each; each fold is judged
    assert sorted(path.name for path in (folder / "checkpoint").iterdir()) == [
        "CARD.md", "manifest.json", "model.onnx", "model.torchscript", "weights.pt",
    ]  # fmt: skip
    assert not out.exists()
    assert not root.exists()


def stop_after(steps, label):
    """A progress bar that is interrupted in the step of that number."""

    @contextmanager
    def bar(this, total):
        done = count(1)

        def step():
            if this == label and next(done) == steps:
                raise KeyboardInterrupt

        yield step

    return bar


def count_calls(monkeypatch, owner, name):
    """Counts the calls of a function from now on; `next` says how many there were."""
    calls, real = count(), getattr(owner, name)

    def counted(*arguments):
        next(calls)
        return real(*arguments)

    monkeypatch.setattr(owner, name, counted)
    return calls
