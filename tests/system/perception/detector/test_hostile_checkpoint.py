"""A checkpoint folder comes from somewhere: nothing in it is executed, no other file is read."""

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

from contract.layout import FEATURE_COUNT
from modeling.perception.detector.checkpoint import MANIFEST_NAME, ONNX_NAME, CheckpointError
from modeling.perception.detector.detector import Detector

MakeCheckpoint = Callable[[Path], Path]


class Bomb:
    """A pickle of it creates a file when it is read."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self._mark,)


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """The file that is there once code was executed."""
    return tmp_path / "executed"


@pytest.fixture
def folder(tmp_path: Path, make_checkpoint: MakeCheckpoint) -> Path:
    return make_checkpoint(tmp_path / "checkpoint")


def test_control_the_bomb_goes_off_when_it_is_unpickled(mark: Path) -> None:
    pickle.loads(pickle.dumps(Bomb(mark)))  # noqa: S301 (our own)
    assert mark.exists()


@pytest.mark.parametrize("name", [MANIFEST_NAME, ONNX_NAME])
def test_bomb_in_place_of_a_file_is_a_plain_error(folder: Path, mark: Path, name: str) -> None:
    (folder / name).write_bytes(pickle.dumps(Bomb(mark)))
    with pytest.raises(CheckpointError, match=name) as refusal:
        Detector.load(folder)
    assert "\n" not in str(refusal.value)
    assert not mark.exists()


def test_bomb_beside_the_model_is_not_even_read(folder: Path, mark: Path) -> None:
    (folder / "weights.pt").write_bytes(pickle.dumps(Bomb(mark)))
    (folder / "model.torchscript").write_bytes(pickle.dumps(Bomb(mark)))
    Detector.load(folder)
    assert not mark.exists()


@pytest.mark.parametrize("zipped", [False, True])
def test_training_reads_tensors_alone(folder: Path, mark: Path, zipped: bool) -> None:
    torch = pytest.importorskip("torch")
    from modeling.training.detectors.network import load_weights
    from modeling.training.export.weights import WEIGHTS_NAME

    bomb = {"output.weight": Bomb(mark)}
    torch.save(bomb, folder / WEIGHTS_NAME, _use_new_zipfile_serialization=zipped)
    with pytest.raises(CheckpointError, match="holds no weights"):
        load_weights(folder)
    assert not mark.exists()
    torch.load(folder / WEIGHTS_NAME, weights_only=False)  # the control
    assert mark.exists()


def test_snapshot_reads_tensors_alone(tmp_path: Path, mark: Path) -> None:
    torch = pytest.importorskip("torch")
    from modeling.training.runs.snapshots import Snapshot, SnapshotError

    torch.save({"state": Bomb(mark)}, tmp_path / "fit.pt")
    with pytest.raises(SnapshotError):
        Snapshot(tmp_path / "fit.pt").load()
    assert not mark.exists()


def refer(folder: Path, location: str) -> None:
    """Have the model take its weights from another file."""
    model = onnx.load(folder / ONNX_NAME)
    weights = next(t for t in model.graph.initializer if t.name == "weights")
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value=location)
    (folder / ONNX_NAME).write_bytes(model.SerializeToString())


@pytest.mark.parametrize("absolute", [False, True])
def test_model_that_refers_to_a_file_outside_its_folder_is_refused(
    folder: Path, tmp_path: Path, absolute: bool
) -> None:
    outside = tmp_path / "outside.bin"
    outside.write_bytes(np.zeros((FEATURE_COUNT, 2), dtype=np.float32).tobytes())
    refer(folder, str(outside) if absolute else "../outside.bin")
    with pytest.raises(CheckpointError, match="cannot be run"):
        Detector.load(folder)


def test_model_with_an_operator_of_elsewhere_is_refused(folder: Path) -> None:
    model = onnx.load(folder / ONNX_NAME)
    model.graph.node[0].domain = "elsewhere.test"
    model.graph.node[0].op_type = "RunThis"
    model.opset_import.add(domain="elsewhere.test", version=1)
    (folder / ONNX_NAME).write_bytes(model.SerializeToString())
    with pytest.raises(CheckpointError, match="cannot be run"):
        Detector.load(folder)


def test_control_the_weights_of_the_model_can_be_read(folder: Path) -> None:
    model = onnx.load(folder / ONNX_NAME)
    assert [numpy_helper.to_array(t).shape for t in model.graph.initializer] == [(FEATURE_COUNT, 2)]
    assert Detector.load(folder).manifest.name == "by-hand"
