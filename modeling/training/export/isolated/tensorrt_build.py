"""tensorrt_build.py ONNX INPUT SHAPE MOST TARGET: an ONNX file to an engine of this machine's GPU.

It scores up to MOST inputs at once.
"""

import sys
from pathlib import Path

from polygraphy.backend.trt import (
    CreateConfig,
    Profile,
    engine_bytes_from_network,
    network_from_onnx_path,
)


def main(onnx: Path, name: str, shape: tuple[int, ...], most: int, target: Path) -> None:
    """Write the engine; its types are those of the ONNX file."""
    sizes = [(count, *shape) for count in (1, 1, most)]
    profile = Profile().add(name, *sizes)
    network = network_from_onnx_path(str(onnx), strongly_typed=True)
    engine = engine_bytes_from_network(network, config=CreateConfig(profiles=[profile]))
    target.write_bytes(bytes(engine))


if __name__ == "__main__":
    sizes = tuple(map(int, sys.argv[3].split(",")))
    main(Path(sys.argv[1]), sys.argv[2], sizes, int(sys.argv[4]), Path(sys.argv[5]))
