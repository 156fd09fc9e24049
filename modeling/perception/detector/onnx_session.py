"""ONNX files to sessions of ONNX Runtime, on the CPU."""

from pathlib import Path

import onnxruntime as ort

from modeling.perception.detector.checkpoint import CheckpointError


def open_session(path: Path) -> ort.InferenceSession:
    """A session for the network in `path`; raises CheckpointError.

    It runs in the thread that asks and in no pool of its own: the networks here are small, and
    who asks knows how many threads there are to spare.
    """
    if not path.is_file():
        raise CheckpointError(f"no weights at {path}")
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no base class
        raise CheckpointError(f"{path} cannot be run: {type(error).__name__}") from error
