"""Request bodies to windows: JSON frames, or one `.npy` array of features or of poses."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from backend.errors import InvalidInput, NotJson
from backend.http.bodies import parse_model
from contract.analysis import (
    DEFAULT_ASPECT,
    FARTHEST,
    MAX_ASPECT,
    AnalyzeRequest,
    FrameFeatures,
)
from contract.layout import FEATURE_COUNT, JOINTS, WINDOW_LENGTH
from contract.poses import PoseSource
from modeling.perception.windows.features import window_features
from modeling.perception.windows.windows import RATE_HZ

REQUEST = TypeAdapter(AnalyzeRequest)
EXPECTED = f"{WINDOW_LENGTH} frames with {FEATURE_COUNT} features each"
FEATURES_SHAPE = (WINDOW_LENGTH, FEATURE_COUNT)
POSES_SHAPE = (WINDOW_LENGTH, len(JOINTS), 3)
EXPECTED_SHAPES = f"{FEATURES_SHAPE} of features or {POSES_SHAPE} of poses, or several: (N, …)"
EXPECTED_POSES = (
    f"expected of each joint x and y in shares of the picture, at most {FARTHEST:.0f} away, and in "
    "0 to 1 how well it is seen"
)
ASPECT = re.compile(r"\d{1,3}(\.\d{1,9})?", re.ASCII)
NPY_TYPES = (np.dtype("<f2"), np.dtype("<f4"))
NO_NPY = "expected one .npy array of numbers, format version 1.0"
NPY_MAGIC = npy.magic(1, 0)
MAX_NPY_HEADER = 256
"""Bytes; numpy writes 128."""


def window_from_json(body: bytes) -> NDArray[np.float32]:
    """One (T, F) window; raises NotJson or InvalidInput."""
    return window_of(_frames(body))


def window_of(sent: list[FrameFeatures]) -> NDArray[np.float32]:
    """The (T, F) window of these frames; raises InvalidInput."""
    frames = _oldest_first(sent)
    lengths = {len(frame.features) for frame in frames}
    if len(frames) != WINDOW_LENGTH or lengths != {FEATURE_COUNT}:
        got = f"{len(frames)} frames with {sorted(lengths)} features"
        raise InvalidInput(f"frames: expected {EXPECTED}, got {got}")
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite and is refused
        return np.array([frame.features for frame in frames], dtype=np.float32)


def _frames(body: bytes) -> list[FrameFeatures]:
    try:
        return REQUEST.validate_json(body).frames
    except ValidationError:
        return parse_model(REQUEST, body).frames  # raises with a message


def _oldest_first(frames: list[FrameFeatures]) -> list[FrameFeatures]:
    """By their `index`, or in their given order if all leave it out; raises InvalidInput."""
    indices = [frame.index for frame in frames if frame.index is not None]
    if not indices:
        return frames
    if len(set(indices)) < len(frames):
        raise InvalidInput("frames: expected a different `index` for each frame, oldest lowest")
    return sorted(frames, key=lambda frame: frame.index or 0)


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked about: (T, F) or (N, T, F) `windows` of features, made here from poses.

    `poses` are the (T, 13, 3) or (N, T, 13, 3) of a body that held them, else None.
    """

    windows: NDArray[np.float32]
    poses: NDArray[np.float32] | None = None
    aspect: float = DEFAULT_ASPECT


def asked_in_npy(body: bytes, parameters: Mapping[str, str]) -> Asked:
    """What a body of the media type with these parameters holds; raises NotJson or InvalidInput."""
    array = array_from_npy(body)
    if array.shape[-2:] == FEATURES_SHAPE:
        return Asked(array)
    # A comparison with NaN is false.
    if (
        not (np.abs(array) <= FARTHEST).all()
        or not ((array[..., 2] >= 0) & (array[..., 2] <= 1)).all()
    ):
        raise InvalidInput(EXPECTED_POSES)
    aspect = aspect_of(parameters)
    if array.ndim == len(POSES_SHAPE):
        return Asked(window_features(array, aspect, RATE_HZ), array, aspect)
    windows = np.stack([window_features(joints, aspect, RATE_HZ) for joints in array])
    return Asked(windows, array, aspect)


def newest_of(asked: Asked, source: PoseSource) -> NDArray[np.float32]:
    """The newest pose of each person, (N, 13, 3); raises InvalidInput where they are others."""
    poses = asked.poses
    count = 0 if poses is None else 1 if poses.ndim == len(POSES_SHAPE) else len(poses)
    if poses is None or len(source.people) != count:
        raise InvalidInput(
            f"people: expected a number for each window of poses: {count}, got {len(source.people)}"
        )
    return poses.reshape(-1, *POSES_SHAPE)[:, -1]


def aspect_of(parameters: Mapping[str, str]) -> float:
    """The picture's width by its height; raises InvalidInput."""
    if "aspect" not in parameters:
        return DEFAULT_ASPECT
    said = parameters["aspect"]
    aspect = float(said) if ASPECT.fullmatch(said) else 0.0
    if not 0.0 < aspect < MAX_ASPECT:
        raise InvalidInput(
            f"aspect: expected the picture's width by its height, above 0 and below "
            f"{MAX_ASPECT:.0f}, as in `aspect=1.7778`"
        )
    return aspect


def array_from_npy(body: bytes) -> NDArray[np.float32]:
    """An array of one of the shapes in EXPECTED_SHAPES; raises NotJson or InvalidInput."""
    shape, is_fortran, dtype, start = _npy_header(body)
    if dtype not in NPY_TYPES:
        raise InvalidInput("expected float16 or float32, little-endian")
    is_known = FEATURES_SHAPE in (shape, shape[1:]) or POSES_SHAPE in (shape, shape[1:])
    if not is_known or 0 in shape:
        raise InvalidInput(f"expected {EXPECTED_SHAPES}, got {shape}")
    data = memoryview(body)[start:]
    # The claimed shape is compared before anything of that size is allocated.
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise InvalidInput(f"the array's data is not as long as its shape {shape} says")
    order: Literal["F", "C"] = "F" if is_fortran else "C"
    return np.frombuffer(data, dtype=dtype).reshape(shape, order=order).astype(np.float32)


def _npy_header(body: bytes) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """Shape, order, type, and where the data begin; raises NotJson."""
    if not body.startswith(NPY_MAGIC):
        raise NotJson(NO_NPY)
    stream = BytesIO(body)
    stream.seek(len(NPY_MAGIC))
    try:
        shape, is_fortran, dtype = npy.read_array_header_1_0(stream, MAX_NPY_HEADER)
    except Exception as error:  # it executes nothing, but raises many kinds of errors
        raise NotJson(NO_NPY) from error
    return shape, is_fortran, dtype, stream.tell()
