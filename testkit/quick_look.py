"""A look that is learnt at once: the negative of each picture.

`python -m testkit.quick_look FOLDER SPEC` stands for the process that learns, and `python -m
testkit.quick_look` for `run-worker`, whose looks are learnt so; all else is as it is.
"""

import sys
from hashlib import sha256
from pathlib import Path
from unittest import mock

import onnx
from onnx import TensorProto, helper

from backend.commands import worker
from backend.looks import carriers
from contract.looks import LookFigures, LookWanted
from modeling.perception.carried.talk import Talk
from modeling.perception.detector.checkpoint import ONNX_NAME, save_manifest
from modeling.perception.looks.look import LookManifest


def write_negative(folder: Path, wanted: LookWanted, pairs: int = 2) -> LookFigures:
    """Write the look, as a learning of this would leave it."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_network(), folder / ONNX_NAME)
    figures = LookFigures(pairs=pairs, held_out=1, psnr={wanted.method: 30.0}, seconds=0.1)
    manifest = LookManifest(
        name=wanted.name,
        method=wanted.method,
        learnt_from=wanted.learnt_from,
        figures=figures,
        weights_sha256=sha256((folder / ONNX_NAME).read_bytes()).hexdigest(),
    )
    save_manifest(folder, manifest)
    (folder / "CARD.md").write_text(f"# {wanted.name}\n", encoding="utf-8")
    return figures


def _network() -> onnx.ModelProto:
    one = helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])
    colours, changed = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 3])
        for name in ("colours", "changed")
    )
    node = helper.make_node("Sub", ["one", "colours"], ["changed"])
    graph = helper.make_graph([node], "negative", [colours], [changed], [one])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def _learn(folder: Path, wanted: LookWanted) -> None:
    talk = Talk.begin()
    before, after = (sorted(it.name for it in (folder / side).iterdir()) for side in
                     ("before", "after"))  # fmt: skip
    if before != after:
        talk.refused(f"expected pairs of one name, got {before} and {after}")
        return
    talk.progress("learning", 1, 1)
    figures = write_negative(folder / "look", wanted, len(before))
    talk.finished(figures.model_dump(mode="json"))


if __name__ == "__main__":
    if len(sys.argv) == 3 and not sys.argv[1].startswith("-"):
        _learn(Path(sys.argv[1]), LookWanted.model_validate_json(sys.argv[2]))
    else:
        with mock.patch.object(carriers, "LEARNING", "testkit.quick_look"):
            worker.main()
