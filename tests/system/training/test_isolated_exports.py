"""Formats whose packages uv keeps apart. Needs torch.

With FETCH=1 they are converted for real, and what that needs is downloaded once; else a stand-in
for uv shows what becomes of each behaviour of it.
"""

import json
import os
from functools import partial
from zipfile import ZipFile

import pytest

torch = pytest.importorskip("torch")

from contract.exports import ExportFormat  # noqa: E402
from modeling.training.detectors.network import (  # noqa: E402
    AttentionLstm,
    Ensemble,
    probabilities,
)
from modeling.training.export.coreml import NOT_RUN  # noqa: E402
from modeling.training.export.formats import (  # noqa: E402
    ExportError,
    ExportInterrupted,
    export_network,
)
from modeling.training.export.inputs import random_windows  # noqa: E402
from modeling.training.export.isolated.environment import Environment  # noqa: E402
from modeling.training.export.registry import LITERT, format_of  # noqa: E402
from testkit.uv_stand_in import Behavior, install  # noqa: E402

pytestmark = pytest.mark.slow

WINDOWS = random_windows()[:50]


@pytest.fixture
def scorer():
    torch.manual_seed(0)
    return probabilities(Ensemble([AttentionLstm(hidden=4, labels=2)]))


@pytest.fixture
def exported(scorer, tmp_path, monkeypatch):
    """Export in a format; skipped where its packages are neither in uv's cache nor to be had."""
    if not os.environ.get("FETCH"):
        pytest.skip("takes half a minute and up to 330 MB to download; FETCH=1 runs it")
    monkeypatch.setenv("UV_FIND_LINKS", os.environ.get("PIP_FIND_LINKS", ""))

    def export(kind):
        form = format_of(kind, "windows")
        try:
            return form, export_network(scorer, tmp_path, WINDOWS, [form], 50)
        except ExportInterrupted as error:
            pytest.skip(str(error))

    return export


def test_litert_scores_as_torch(exported, tmp_path):
    form, differences = exported(ExportFormat.LITERT)
    assert 0.0 < differences[form.name] < 1e-5
    assert (tmp_path / "model.tflite").read_bytes()[4:8] == b"TFL3"


def test_core_ml_has_the_form_that_it_is_to_have(exported, tmp_path):
    form, differences = exported(ExportFormat.COREML)
    assert (form.not_run, differences) == (NOT_RUN, {})
    with ZipFile(tmp_path / "model.mlpackage.zip") as archive:
        manifest = json.loads(archive.read("model.mlpackage/Manifest.json"))
        (model,) = [name for name in archive.namelist() if name.endswith("model.mlmodel")]
        spec = archive.read(model)
    assert manifest["fileFormatVersion"] == "1.0.0"
    assert all(word in spec for word in (b"windows", b"probabilities", b"CoreML6", b"lstm"))


@pytest.mark.parametrize(
    ("behavior", "error", "said"),
    [
        (Behavior.CRASHES, ExportError, "NotImplementedError: no operation named lstm"),
        (Behavior.OFFLINE, ExportInterrupted, "cannot be made: .*dns error"),
    ],
)
def test_what_uv_cannot_do_is_said(behavior, error, said, scorer, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{install(tmp_path / 'bin', behavior)}:/bin:/usr/bin")
    with pytest.raises(error, match=said):
        export_network(scorer, tmp_path, WINDOWS, [LITERT], 50)


def test_without_a_gpu_tensorrt_is_refused_before_anything_is_downloaded(
    scorer, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))  # without uv as well
    form = format_of(ExportFormat.TENSORRT, "windows")
    with pytest.raises(ExportError, match="expected one of NVIDIA's, found none"):
        export_network(scorer, tmp_path, WINDOWS, [form], 50)


@pytest.mark.parametrize("kind", [ExportFormat.LITERT, ExportFormat.COREML])
def test_without_uv_the_format_is_refused(kind, scorer, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ExportError, match="expected uv on the PATH, which makes an environment of"):
        export_network(scorer, tmp_path, WINDOWS, [format_of(kind, "windows")], 50)


def test_packages_that_there_are_not_are_named(monkeypatch):
    monkeypatch.setenv("UV_OFFLINE", "1")
    run = partial(Environment(("ai-edge-litert==0.0.7",)).run, "litert_scores.py")
    with pytest.raises(ExportInterrupted, match=r"environment of ai-edge-litert==0\.0\.7 cannot"):
        run()
