"""Request bodies to windows: JSON frames, one `.npy` array without a copy, or packed poses."""

import math
import re
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from backend.body import parse_model
from backend.errors import InvalidInput, NotJson
from contract.analysis import AnalyzeRequest, FrameFeatures
from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.pose_window import PoseWindow
from modeling.windows import RATE_HZ

REQUEST = TypeAdapter(AnalyzeRequest)
EXPECTED = f"{WINDOW_LENGTH} frames with {FEATURE_COUNT} features each"
NPY_TYPES: dict[bytes, np.dtype[np.floating[Any]]] = {
    b"<f2": np.dtype("<f2"),
    b"<f4": np.dtype("<f4"),
}
# As numpy writes it. Its own reader evaluates what it finds there; here it is only matched.
NPY_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(?P<length>..)"
    rb"\{'descr': '(?P<type>[^']{1,16})', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>[\d, ]{0,64})\),? ?\} *\n",
    re.DOTALL,
)
NPY_PREFIX = 10  # bytes before the header that its length counts from


def window_from_json(body: bytes) -> NDArray[np.float32]:
    """One (T, F) window; raises NotJson or InvalidInput."""
    frames = _frames(body)
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


def _frames(body: bytes) -> list[FrameFeatures]:
    try:
        return REQUEST.validate_json(body).frames
    except ValidationError:
        return parse_model(REQUEST, body).frames  # finds the words for what is wrong


def window_from_poses(body: bytes) -> NDArray[np.float32]:
    """One (T, F) window; raises InvalidInput."""
    try:
        return PoseWindow.decode(body).features(RATE_HZ)
    except ValueError as error:
        raise InvalidInput(str(error)) from error


def array_from_npy(body: bytes) -> NDArray[np.float32]:
    """A (T, F) or (N, T, F) array; raises NotJson or InvalidInput."""
    header = NPY_HEADER.match(body)
    if not header or header.end() != NPY_PREFIX + int.from_bytes(header["length"], "little"):
        raise NotJson("expected one .npy array of numbers, format version 1.0")
    dtype = NPY_TYPES.get(header["type"])
    if dtype is None:
        raise InvalidInput("expected float16 or float32, little-endian")
    shape = tuple(int(length) for length in re.findall(rb"\d+", header["shape"]))
    if len(shape) not in (2, 3) or shape[-2:] != (WINDOW_LENGTH, FEATURE_COUNT) or 0 in shape:
        raise InvalidInput(f"expected (T, F) or (N, T, F) with {EXPECTED}, got {shape}")
    data = memoryview(body)[header.end() :]
    # The claimed shape is compared before anything of that size is allocated.
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise InvalidInput(f"the array's data is not as long as its shape {shape} says")
    order: Literal["F", "C"] = "F" if header["fortran"] == b"True" else "C"
    return np.frombuffer(data, dtype=dtype).reshape(shape, order=order).astype(np.float32)
