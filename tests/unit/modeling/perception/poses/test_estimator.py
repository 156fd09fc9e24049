"""The networks of the estimator that ships: what is refused, and a picture of nobody."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.frames.frame import Frame
from modeling.perception.poses.pose_estimator import POSE_CHECKPOINT, PoseEstimator


@pytest.fixture
def estimator() -> PoseEstimator:
    return PoseEstimator()


def test_black_pictures_show_nobody(estimator: PoseEstimator) -> None:
    black = np.zeros((240, 320, 3), dtype=np.uint8)
    assert all(not estimator.estimate(Frame(i, i / 10, black)).bodies for i in range(20))


def test_a_folder_without_the_networks_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no weights at .*movenet_multipose\.onnx"):
        PoseEstimator(tmp_path)


def test_a_network_of_something_else_is_refused(tmp_path: Path, repository: Path) -> None:
    other = (repository / "checkpoints" / "posture" / "model.onnx").read_bytes()
    (tmp_path / "movenet_multipose.onnx").write_bytes(other)
    with pytest.raises(CheckpointError, match="cannot be run"):
        PoseEstimator(tmp_path)


def test_the_card_names_the_networks_that_ship() -> None:
    card = (POSE_CHECKPOINT / "CARD.md").read_text(encoding="utf-8")
    networks = sorted(POSE_CHECKPOINT.glob("*.onnx"))
    assert len(networks) == 2
    for path in networks:
        assert sha256(path.read_bytes()).hexdigest() in card
