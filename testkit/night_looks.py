"""Looks that brighten dark pictures, written without that anybody has learnt them."""

import uuid
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import onnx
from onnx import NodeProto, TensorProto, helper

from backend.looks import store
from backend.looks.files import LookFiles
from backend.media.drivers.local import LocalDriver
from backend.media.drivers.media_key import NAME, MediaKey
from backend.media.drivers.opening import FOLDER
from backend.media.signing import PutSigner
from backend.storage.database import open_factory_database
from contract.jobs import JobState
from contract.looks import LearntFrom, Look, LookFigures, LookMethod
from modeling.perception.detector.checkpoint import ONNX_NAME, save_manifest
from modeling.perception.looks.look import LookManifest

FIGURES = LookFigures(pairs=2, held_out=1, psnr={"adaptive_lut": 24.0}, seconds=1.0)
AIM = 0.3
"""The mean of a picture that the adaptive one has changed, of 1."""
NOW = 1_795_939_200.0


def write_look(folder: Path, method: LookMethod, factor: float = 6.0) -> Path:
    """A look: an adaptive one brings each picture to AIM, another multiplies by `factor`."""
    folder.mkdir(parents=True, exist_ok=True)
    network = _adaptive() if method is LookMethod.ADAPTIVE_LUT else _plain(factor)
    onnx.save(network, folder / ONNX_NAME)
    manifest = LookManifest(
        name="밤",
        method=method,
        learnt_from=LearntFrom.NIGHT,
        figures=FIGURES,
        weights_sha256=sha256((folder / ONNX_NAME).read_bytes()).hexdigest(),
    )
    save_manifest(folder, manifest)
    (folder / "CARD.md").write_text("# 밤\n", encoding="utf-8")
    return folder


def keep_look(data_dir: Path, folder: Path, method: LookMethod) -> str:
    """Let the server that starts on `data_dir` have learnt the look in `folder`; its id."""
    media_key = MediaKey(data_dir / NAME)
    driver = LocalDriver(data_dir / FOLDER, media_key, PutSigner(media_key), is_encrypted=True)
    look = Look(
        id=uuid.uuid4().hex,
        household_id=1,
        name="밤",
        method=method,
        learnt_from=LearntFrom.NIGHT,
        job_id=uuid.uuid4().hex,
        state=JobState.COMPLETED,
        failure=None,
        figures=None,
        bytes=None,
        created_by=None,
        created_at=NOW,
        finished_at=None,
    )
    size = LookFiles(driver).keep(look.id, folder)
    with open_factory_database(None, data_dir).writing() as db:
        store.add(db, look)
        store.finish(db, look.id, FIGURES, size, NOW)
    return look.id


def _plain(factor: float) -> onnx.ModelProto:
    nodes = [
        helper.make_node("Mul", ["colours", "factor"], ["more"]),
        helper.make_node("Clip", ["more", "none", "all"], ["changed"]),
    ]
    return _network(nodes, [_number("factor", factor)], ())


def _adaptive() -> onnx.ModelProto:
    nodes = [
        helper.make_node("ReduceMean", ["picture"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "own"], ["seen"]),
        helper.make_node("Max", ["seen", "least"], ["light"]),
        helper.make_node("Div", ["aim", "light"], ["factor"]),
        helper.make_node("Mul", ["colours", "factor"], ["more"]),
        helper.make_node("Clip", ["more", "none", "all"], ["changed"]),
    ]
    inputs = (("picture", [1, 3, 64, 64]), ("own", [1]))
    return _network(nodes, [_number("aim", AIM), _number("least", 0.01)], inputs)


def _network(
    nodes: Sequence[NodeProto],
    numbers: Sequence[TensorProto],
    inputs: Sequence[tuple[str, list[int]]],
) -> onnx.ModelProto:
    """A graph with `colours` and these inputs, which gives what they become."""
    colours, changed = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 3])
        for name in ("colours", "changed")
    )
    more = [helper.make_tensor_value_info(name, TensorProto.FLOAT, it) for name, it in inputs]
    constants = [*numbers, _number("none", 0.0, ()), _number("all", 1.0, ())]
    graph = helper.make_graph(nodes, "night", [colours, *more], [changed], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def _number(name: str, value: float, shape: tuple[int, ...] = (1,)) -> TensorProto:
    return helper.make_tensor(name, TensorProto.FLOAT, shape, [value])
