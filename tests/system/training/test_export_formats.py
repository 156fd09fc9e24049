"""Needs torch. What is isolated is converted for real in `test_isolated_exports.py`."""

import re
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

torch = pytest.importorskip("torch")

from contract.exports import ExportFormat  # noqa: E402
from modeling.training.commands import export_lstm  # noqa: E402
from modeling.training.detectors.network import (  # noqa: E402
    AttentionLstm,
    Ensemble,
    probabilities,
)
from modeling.training.export.formats import (  # noqa: E402
    TORCHSCRIPT,
    ExportError,
    export_network,
    torch_scores,
)
from modeling.training.export.half import with_half_weights  # noqa: E402
from modeling.training.export.inputs import random_pictures, random_windows  # noqa: E402
from modeling.training.export.registry import PT2, format_of, in_half  # noqa: E402
from modeling.training.export.weights import save_weights  # noqa: E402
from modeling.training.images.network import PostureNetwork, scorer  # noqa: E402

pytestmark = pytest.mark.slow
WINDOWS = random_windows()[:100]
EXAMPLE = torch.from_numpy(WINDOWS[:2])


@pytest.fixture
def network():
    torch.manual_seed(0)
    return Ensemble([AttentionLstm(hidden=32, labels=2), AttentionLstm(hidden=32, labels=2)])


@pytest.mark.parametrize("form", [TORCHSCRIPT, PT2], ids=lambda form: form.name)
def test_half_precision_takes_less_room_and_scores_nearly_alike(form, network, tmp_path):
    said, half = probabilities(network), in_half(form)
    differences = export_network(said, tmp_path, WINDOWS, [form, half], 100)
    assert differences[form.name] < 1e-6 < differences[half.name] < 5e-3
    full_bytes, half_bytes = ((tmp_path / one.file).stat().st_size for one in (form, half))
    assert half_bytes < full_bytes


def test_half_weights_are_rounded_in_a_copy(network):
    said = probabilities(network)
    before = torch_scores(said, WINDOWS)
    halved = with_half_weights(said)
    assert {one.dtype for one in halved.parameters()} == {torch.float16}
    np.testing.assert_array_equal(torch_scores(said, WINDOWS), before)


def test_half_weights_serve_an_image_network_too():
    torch.manual_seed(0)
    said, pictures = scorer(PostureNetwork(4, 13)), random_pictures((3, 96, 128))[:8]
    difference = np.abs(
        torch_scores(with_half_weights(said), pictures) - torch_scores(said, pictures)
    )
    assert 0.0 < difference.max() < 5e-3


@pytest.mark.parametrize(
    ("half", "shift", "refused"), [(False, 2e-4, True), (True, 2e-3, False), (True, 1e-2, True)]
)
def test_more_than_the_precision_may_differ_is_refused(half, shift, refused, network, tmp_path):
    said = probabilities(network)
    broken = replace(
        TORCHSCRIPT,
        write=lambda *_: None,
        scorer=lambda _: lambda windows: torch_scores(said, windows) + np.float32(shift),
    )
    form = in_half(broken) if half else broken
    if not refused:
        assert form.name in export_network(said, tmp_path, WINDOWS, [form], 100)
        return
    expected = f"{form.name} and torch differ by {shift:.1e} in probability, expected at most "
    with pytest.raises(ExportError, match=re.escape(expected + ("5e-03" if half else "1e-04"))):
        export_network(said, tmp_path, WINDOWS, [form], 100)


@pytest.mark.parametrize("kind", ExportFormat)
def test_every_format_has_files_of_its_own(kind):
    full = format_of(kind, "windows")
    half = in_half(full)
    assert half.file != full.file
    assert half.file.replace("model.half.", "model.") == full.file


def test_the_command_writes_the_formats_that_are_asked_for(tmp_path, make_checkpoint, network):
    folder = make_checkpoint(tmp_path / "checkpoint")
    save_weights(network, folder)
    asked = [str(folder), "--format", "pt2", "--format", "torchscript", "--precision", "half"]
    result = CliRunner().invoke(export_lstm.app, asked)
    assert result.exit_code == 0, result.output
    names = [line.split(":")[0] for line in result.stdout.splitlines()]
    assert names[:2] == ["torch.export in half precision", "TorchScript in half precision"]
    written = {path.name for path in folder.glob("model.half.*")}
    assert written == {"model.half.pt2", "model.half.torchscript"}


def test_the_command_says_which_formats_there_are(tmp_path, make_checkpoint):
    folder = make_checkpoint(tmp_path / "checkpoint")
    result = CliRunner().invoke(export_lstm.app, [str(folder), "--format", "gguf"])
    assert result.exit_code == 2
    assert "'tensorrt'" in result.output
