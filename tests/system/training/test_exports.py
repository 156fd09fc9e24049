"""Needs torch."""

import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from typer.testing import CliRunner

torch = pytest.importorskip("torch")

from modeling.perception.detector.checkpoint import ONNX_NAME  # noqa: E402
from modeling.training.commands import export_lstm  # noqa: E402
from modeling.training.commands.export_lstm import plain_windows  # noqa: E402
from modeling.training.detectors import training  # noqa: E402
from modeling.training.detectors.network import (  # noqa: E402
    AttentionLstm,
    Ensemble,
    probabilities,
)
from modeling.training.detectors.training import FORMATS  # noqa: E402
from modeling.training.export.files import replacing_files  # noqa: E402
from modeling.training.export.formats import (  # noqa: E402
    ExportError,
    export_network,
    in_blocks,
    torch_scores,
)
from modeling.training.export.inputs import random_windows  # noqa: E402
from modeling.training.export.registry import PT2  # noqa: E402
from modeling.training.export.torchscript import TORCHSCRIPT_NAME  # noqa: E402
from modeling.training.export.weights import save_weights  # noqa: E402

ONNX, TORCHSCRIPT = FORMATS
EXAMPLE = torch.from_numpy(random_windows()[:2])


@pytest.fixture
def network():
    torch.manual_seed(0)
    return Ensemble([AttentionLstm(hidden=8, labels=2), AttentionLstm(hidden=8, labels=2)])


@pytest.fixture
def folder(tmp_path, make_checkpoint, network):
    """A checkpoint with weights, whose exports are those of some other network."""
    folder = make_checkpoint(tmp_path / "checkpoint")
    save_weights(network, folder)
    (folder / TORCHSCRIPT_NAME).write_text("old")
    return folder


def bytes_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    "form", [*FORMATS, pytest.param(PT2, marks=pytest.mark.slow)], ids=lambda form: form.name
)
def test_an_export_scores_as_torch_and_the_same_weights_give_the_same_bytes(
    form, network, tmp_path
):
    scorer = probabilities(network)
    paths = [tmp_path / name / form.file for name in ("first", "again")]
    for path in paths:
        path.parent.mkdir()
        form.write(scorer, EXAMPLE, path)
    score = form.scorer(paths[0])
    for count in (1, 2, 100):
        windows = random_windows()[:count]
        np.testing.assert_allclose(score(windows), torch_scores(scorer, windows), atol=1e-6)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    for trace in (b"site-packages", b"torch/nn", sys.prefix.encode(), str(tmp_path).encode()):
        assert trace not in paths[0].read_bytes()


def test_exporting_leaves_the_network_able_to_learn(network, tmp_path):
    TORCHSCRIPT.write(probabilities(network), EXAMPLE, tmp_path / TORCHSCRIPT_NAME)
    assert all(parameter.requires_grad for parameter in network.parameters())


def test_the_command_writes_both_formats_and_tells_how_far_they_are_off(folder, dataset):
    result = CliRunner().invoke(export_lstm.app, [str(folder), "--dataset", str(dataset)])
    assert result.exit_code == 0, result.output
    count = len(plain_windows(export_lstm.load_dataset(dataset)))
    lines = result.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:2]] == ["ONNX", "TorchScript"]
    assert all(line.endswith(f"in probability over {count} windows") for line in lines)
    assert len(lines) == 2 + torch.cuda.is_available()
    assert (folder / TORCHSCRIPT_NAME).read_bytes() != b"old"


def fake(form, score):
    """The format with an export that scores otherwise."""
    return replace(form, write=lambda *given: given[-1].write_text("new"), scorer=lambda _: score)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
@pytest.mark.parametrize("shift", [2e-4, -2e-4, float("nan")])
def test_an_export_that_scores_differently_is_refused_and_replaces_nothing(
    form, shift, folder, network, monkeypatch
):
    def off(windows):
        return torch_scores(probabilities(network), windows) + np.float32(shift)

    faked = [fake(form, off) if other is form else fake(other, right(network)) for other in FORMATS]
    monkeypatch.setattr(training, "FORMATS", faked)
    before = bytes_in(folder)
    result = CliRunner().invoke(export_lstm.app, [str(folder)])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {form.name} and torch differ by ")
    assert bytes_in(folder) == before


def test_an_export_that_scores_alike_is_not_refused(folder, network, monkeypatch):
    monkeypatch.setattr(training, "FORMATS", [fake(form, right(network)) for form in FORMATS])
    assert CliRunner().invoke(export_lstm.app, [str(folder)]).exit_code == 0
    assert (folder / ONNX_NAME).read_text() == "new"


def right(network):
    return lambda windows: torch_scores(probabilities(network), windows) + np.float32(2e-5)


def test_another_network_is_told_from_this_one(network, tmp_path):
    other = probabilities(Ensemble([AttentionLstm(hidden=8, labels=2) for _ in range(2)]))
    confused = replace(TORCHSCRIPT, write=lambda _, *given: TORCHSCRIPT.write(other, *given))
    with pytest.raises(ExportError, match=r"TorchScript and torch differ by .*e-0[0-3]"):
        export_network(probabilities(network), tmp_path, random_windows(), [confused], 4096)


def test_windows_scored_in_blocks_score_as_all_at_once(network):
    score = partial(torch_scores, probabilities(network))
    blocks = in_blocks(score, random_windows(), 300)
    np.testing.assert_allclose(blocks, score(random_windows()), atol=1e-6)


def test_what_a_killed_command_left_is_swept_up(tmp_path):
    (tmp_path / ".unfinished").mkdir()
    (tmp_path / ".unfinished" / "manifest.json").write_text("half")
    with replacing_files(tmp_path) as scratch:
        (scratch / "CARD.md").write_text("whole")
    assert bytes_in(tmp_path) == {"CARD.md": b"whole"}
