"""Which detector answers while another one takes over."""

import asyncio
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.analysis.service import BehaviorService
from contract.analysis import Analysis
from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.perception.detector.checkpoint import MANIFEST_NAME, ONNX_NAME

MANY = 20
"""Windows that are scored in a thread, so that another detector can take over meanwhile."""


def windows(count: int) -> NDArray[np.float32]:
    return np.zeros((count, WINDOW_LENGTH, FEATURE_COUNT), dtype=np.float32)


def with_threshold(checkpoint: Path, folder: Path, threshold: str) -> Path:
    """A copy of the checkpoint whose labels have this threshold."""
    shutil.copytree(checkpoint, folder)
    path = folder / MANIFEST_NAME
    path.write_text(path.read_text().replace("0.6", threshold).replace('"1"', '"2"'))
    return folder


def test_question_is_answered_by_the_detector_that_it_was_asked_of(
    checkpoint: Path, tmp_path: Path
) -> None:
    service = BehaviorService(checkpoint)

    async def ask() -> tuple[list[Analysis], list[Analysis]]:
        before = asyncio.create_task(service.analyze(windows(MANY)))
        await asyncio.sleep(0)
        assert service.serve(with_threshold(checkpoint, tmp_path / "2", "0.7"))
        return await before, await service.analyze(windows(1))

    before, after = asyncio.run(ask())
    assert {tuple(each.thresholds) for each in before} == {(0.6, 0.6)}
    assert after[0].thresholds == [0.7, 0.7]
    assert service.thresholds == {"fall": 0.7, "lying": 0.7}


def test_checkpoint_that_does_not_load_leaves_the_one_before(
    checkpoint: Path, tmp_path: Path
) -> None:
    service = BehaviorService(checkpoint)
    damaged = with_threshold(checkpoint, tmp_path / "2", "0.7")
    (damaged / ONNX_NAME).write_bytes(b"no network")
    assert not service.serve(damaged)
    assert service.failure is None
    health = service.health()
    assert health.status == "degraded"
    assert health.reason is not None
    assert "version 1 goes on" in health.reason
    assert asyncio.run(service.analyze(windows(1)))[0].thresholds == [0.6, 0.6]
    assert service.serve(checkpoint)
    assert service.health().status == "ok"


def test_without_any_detector_the_failure_is_said(tmp_path: Path, checkpoint: Path) -> None:
    service = BehaviorService(tmp_path / "nothing")
    assert service.failure is not None
    assert service.refused is None
    assert service.serve(checkpoint)
    assert service.failure is None


@pytest.mark.parametrize("count", [1, MANY])
def test_whoever_listens_hears_of_each_answer(checkpoint: Path, count: int) -> None:
    service, heard = BehaviorService(checkpoint), list[tuple[int, int]]()
    service.answered = lambda asked, answers: heard.append((len(asked), len(answers)))
    asyncio.run(service.analyze(windows(count)))
    assert heard == [(count, count)]
