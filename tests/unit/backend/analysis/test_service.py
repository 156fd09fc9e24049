"""The detector, or the reason why it is not there."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backend.analysis.service import BehaviorService
from backend.errors import InvalidInput, ModelUnavailable
from contract.layout import FEATURE_COUNT, WINDOW_LENGTH

WINDOWS = np.zeros((2, WINDOW_LENGTH, FEATURE_COUNT), dtype=np.float32)

Break = Callable[[Path], object]


def _manifest(**changes: object) -> Break:
    def change(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


BROKEN: dict[str, tuple[Break, str]] = {
    "no manifest": (lambda f: (f / "manifest.json").unlink(), "No such file"),
    "empty manifest": (lambda f: (f / "manifest.json").write_text(""), "is no manifest"),
    "garbage manifest": (lambda f: (f / "manifest.json").write_bytes(b"\xff{"), "is no manifest"),
    "another layout": (_manifest(feature_layout="body-3d-v9"), "expected 'body-2d-v2'"),
    "another length": (_manifest(window_length=30), "windows of 30 poses, expected 16"),
    "no labels": (_manifest(labels=[]), "labels: List should have at least 1 item"),
    "one label more": (
        _manifest(labels=[{"name": n, "threshold": 0.5, "anomalous": True} for n in "abc"]),
        "expected one score a label",
    ),
    "no weights": (lambda f: (f / "model.onnx").unlink(), "no weights at"),
    "empty weights": (lambda f: (f / "model.onnx").write_bytes(b""), "cannot be run"),
    "garbage weights": (lambda f: (f / "model.onnx").write_bytes(b"x" * 999), "cannot be run"),
    "truncated weights": (
        lambda f: (f / "model.onnx").write_bytes((f / "model.onnx").read_bytes()[:200]),
        "cannot be run",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_checkpoint_is_reported_in_one_line_and_a_fall_stays_anomalous(
    make_checkpoint: Callable[[Path], Path], tmp_path: Path, name: str
) -> None:
    do_break, expected = BROKEN[name]
    do_break(make_checkpoint(tmp_path))
    service = BehaviorService(tmp_path)
    assert service.detector is None
    assert service.failure
    assert expected in service.failure
    assert str(tmp_path) in service.failure
    assert "\n" not in service.failure
    assert service.anomalous_labels == {"fall"}
    with pytest.raises(ModelUnavailable, match="no detector"):
        asyncio.run(service.analyze(WINDOWS))


def test_working_checkpoint_says_what_is_anomalous(checkpoint: Path) -> None:
    service = BehaviorService(checkpoint)
    assert service.failure is None
    assert service.anomalous_labels == {"fall"}
    assert [analysis.scores for analysis in asyncio.run(service.analyze(WINDOWS))] == [
        [0.5, 0.5]
    ] * 2


@pytest.mark.parametrize("value", [np.nan, np.inf, 3e38])
def test_number_that_has_no_score_is_refused(checkpoint: Path, value: float) -> None:
    with pytest.raises(InvalidInput, match="finite"):
        asyncio.run(BehaviorService(checkpoint).analyze(np.full_like(WINDOWS, value)))
