"""Request bodies to windows: JSON frames, or one `.npy` array without a copy."""

import io
from tokenize import TokenError

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray
from pydantic import TypeAdapter

from backend.body import parse_model
from backend.errors import InvalidInput, NotJson
from contract.analysis import AnalyzeRequest
from contract.layout import FEATURE_COUNT, WINDOW_LENGTH

REQUEST = TypeAdapter(AnalyzeRequest)
EXPECTED = f"{WINDOW_LENGTH} frames with {FEATURE_COUNT} features each"
NPY_TYPES = (np.dtype("<f2"), np.dtype("<f4"))
# numpy evaluates the header as a Python literal; these are what the wrong ones raise.
BAD_HEADER = (ValueError, TypeError, LookupError, MemoryError, RecursionError, TokenError)


def window_from_json(body: bytes) -> NDArray[np.float32]:
    """One (T, F) window; raises NotJson or InvalidInput."""
    frames = parse_model(REQUEST, body).frames
    indices = [frame.index for frame in frames]
    if len(set(indices)) < len(indices):
        raise InvalidInput("frames: expected a different `index` for each frame, oldest lowest")
    lengths = {len(frame.features) for frame in frames}
    if len(frames) != WINDOW_LENGTH or lengths != {FEATURE_COUNT}:
        got = f"{len(frames)} frames with {sorted(lengths)} features"
        raise InvalidInput(f"frames: expected {EXPECTED}, got {got}")
    oldest_first = sorted(frames, key=lambda frame: frame.index)
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite and is refused
        return np.array([frame.features for frame in oldest_first], dtype=np.float32)


def array_from_npy(body: bytes) -> NDArray[np.float32]:
    """A (T, F) or (N, T, F) array; raises NotJson or InvalidInput."""
    stream = io.BytesIO(body)
    try:
        npy.read_magic(stream)  # type: ignore[no-untyped-call]
        header = npy.read_array_header_1_0(stream)  # type: ignore[no-untyped-call]
    except BAD_HEADER as error:
        raise NotJson("expected one .npy array of format version 1.0") from error
    shape, fortran_order, dtype = header
    shape = tuple(int(length) for length in shape)  # True is an int, but no length
    if dtype not in NPY_TYPES or fortran_order:
        raise InvalidInput("expected float16 or float32, little-endian, in C order")
    if len(shape) not in (2, 3) or shape[-2:] != (WINDOW_LENGTH, FEATURE_COUNT) or 0 in shape:
        raise InvalidInput(f"expected (T, F) or (N, T, F) with {EXPECTED}, got {shape}")
    data = memoryview(body)[stream.tell() :]
    # The claimed shape is compared before anything of that size is allocated.
    if len(data) != int(np.prod(shape, dtype=object)) * dtype.itemsize:
        raise InvalidInput(f"the array's data is not as long as its shape {shape} says")
    return np.frombuffer(data, dtype=dtype).reshape(shape).astype(np.float32)
