"""tensorrt_scores.py ENGINE MOST INPUTS TARGET: what the engine scores, up to MOST at once."""

import sys
from pathlib import Path

import numpy as np
from polygraphy.backend.trt import TrtRunner, engine_from_bytes


def main(engine: Path, most: int, inputs: Path, target: Path) -> None:
    """Read (N, ...) inputs, write (N, L) probabilities."""
    given = np.load(inputs)
    with TrtRunner(engine_from_bytes(engine.read_bytes())) as runner:
        (name,) = runner.get_input_metadata()
        blocks = [given[start : start + most] for start in range(0, len(given), most)]
        scores = [runner.infer({name: block})["probabilities"].copy() for block in blocks]
    np.save(target, np.concatenate(scores))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
