"""litert_convert.py PROGRAM TARGET PRECISION: a .pt2 that scores one input, to a LiteRT model.

In half precision the weights are kept in 16 bits, as LiteRT's own quantizer casts them.
"""

import sys
from pathlib import Path

import litert_torch
import torch
from ai_edge_quantizer import qtyping, quantizer


def main(program: Path, target: Path, precision: str) -> None:
    """Write the model."""
    exported = torch.export.load(program)
    examples, _ = exported.example_inputs
    litert_torch.convert(exported.module(), examples).export(str(target))
    if precision == "half":
        target.write_bytes(halved(target))


def halved(model: Path) -> bytes:
    """The model with its weights in 16 bits."""
    halver = quantizer.Quantizer(str(model))
    weights = qtyping.TensorQuantizationConfig(num_bits=16, dtype=qtyping.TensorDataType.FLOAT)
    halver.update_quantization_recipe(
        regex=".*",
        operation_name=qtyping.TFLOperationName.ALL_SUPPORTED,
        algorithm_key="float_casting",
        op_config=qtyping.OpQuantizationConfig(
            weight_tensor_config=weights, compute_precision=qtyping.ComputePrecision.FLOAT
        ),
    )
    return bytes(halver.quantize().quantized_model)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
