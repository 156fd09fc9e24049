"""coreml_convert.py SCRIPT INPUT SHAPE LABELS TARGET PRECISION: TorchScript to a Core ML package.

Core ML runs on Apple's systems only: what was written is read again, and its inputs, outputs and
version are compared with what they are to be.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import coremltools as ct
import numpy as np
import torch

SPECIFICATION = 7
"""Of iOS 16 and macOS 13, the oldest that computes in 16 bits from end to end."""
OPERATIONS = "CoreML6"


def main(
    script: Path, name: str, shape: tuple[int, ...], labels: int, target: Path, precision: str
) -> None:
    """Write the package, zipped."""
    bits = ct.precision.FLOAT16 if precision == "half" else ct.precision.FLOAT32
    model = ct.convert(
        torch.jit.load(script),  # type: ignore[no-untyped-call]
        inputs=[ct.TensorType(name=name, shape=shape, dtype=np.float32)],
        outputs=[ct.TensorType(name="probabilities", dtype=np.float32)],
        convert_to="mlprogram",
        compute_precision=bits,
        minimum_deployment_target=ct.target.iOS16,
    )
    with TemporaryDirectory() as folder:
        package = Path(folder) / "model.mlpackage"
        model.save(str(package))
        check(ct.utils.load_spec(str(package)), name, shape, labels)
        made = shutil.make_archive(str(Path(folder) / "made"), "zip", folder, package.name)
        shutil.copyfile(made, target)


def check(spec: ct.proto.Model_pb2.Model, name: str, shape: tuple[int, ...], labels: int) -> None:
    """Raise ValueError where the package is not what it is to be."""
    ends = [*spec.description.input, *spec.description.output]
    found = (
        spec.specificationVersion,
        [(end.name, tuple(end.type.multiArrayType.shape)) for end in ends],
        list(spec.mlProgram.functions["main"].block_specializations),
    )
    expected = SPECIFICATION, [(name, shape), ("probabilities", (1, labels))], [OPERATIONS]
    if found != expected:
        raise ValueError(f"the package is {found}, expected {expected}")


if __name__ == "__main__":
    sizes = tuple(map(int, sys.argv[3].split(",")))
    main(Path(sys.argv[1]), sys.argv[2], sizes, int(sys.argv[4]), Path(sys.argv[5]), sys.argv[6])
