"""litert_scores.py MODEL INPUTS TARGET: what LiteRT's interpreter scores, one input at a time."""

import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter


def main(model: Path, inputs: Path, target: Path) -> None:
    """Read (N, ...) inputs, write (N, L) probabilities."""
    interpreter = Interpreter(str(model))
    interpreter.allocate_tensors()
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    scores = []
    for one in np.load(inputs):
        interpreter.set_tensor(taken["index"], one[None])
        interpreter.invoke()
        scores.append(interpreter.get_tensor(given["index"]).copy())
    np.save(target, np.concatenate(scores))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
