"""Bodies to windows: each wrong thing has its error."""

import io
import json
import struct
import tracemalloc
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.analysis.decode import (
    array_from_npy,
    asked_in_npy,
    aspect_of,
    newest_of,
    window_from_json,
)
from backend.errors import InvalidInput, NotJson
from backend.http.media_type import parameters_of
from contract.layout import FEATURE_COUNT, FEATURE_NAMES, WINDOW_LENGTH
from contract.poses import PoseSource
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector
from modeling.perception.windows.features import window_features

SHAPE = (WINDOW_LENGTH, FEATURE_COUNT)
POSES = (WINDOW_LENGTH, 13, 3)
NPY = "application/x-npy"
EXPECTED = f"{WINDOW_LENGTH} frames with {FEATURE_COUNT} features each"


@pytest.fixture
def window() -> NDArray[np.float32]:
    return np.random.default_rng(7).normal(size=SHAPE).astype(np.float32)


def to_json(window: NDArray[Any], order: list[int] | None = None) -> bytes:
    frames = [{"index": i, "features": row.tolist()} for i, row in enumerate(window)]
    return json.dumps({"frames": [frames[i] for i in order] if order else frames}).encode()


def to_npy(array: NDArray[Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, **options)
    return stream.getvalue()


def with_header(header: str, data: bytes = b"") -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def test_json_window_is_read_oldest_first_whatever_its_order(window: NDArray[np.float32]) -> None:
    assert np.array_equal(window_from_json(to_json(window)), window)
    shuffled = list(range(WINDOW_LENGTH))[::-1]
    assert np.array_equal(window_from_json(to_json(window, shuffled)), window)


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ([], "at least 1 item"),
        ([[0.0] * FEATURE_COUNT] * 15, f"expected {EXPECTED}, got 15 frames"),
        ([[0.0] * FEATURE_COUNT] * 17, f"expected {EXPECTED}, got 17 frames"),
        ([[0.0] * 3] * 16, f"expected {EXPECTED}, got 16 frames with .3. features"),
        ([[0.0] * 3] + [[0.0] * FEATURE_COUNT] * 15, rf"got 16 frames with .3, {FEATURE_COUNT}."),
        ([["0"] * FEATURE_COUNT] * 16, "frames.0.features.0: Input should be a valid number"),
        (
            [[None] * FEATURE_COUNT] * 16,
            rf"\(and {16 * FEATURE_COUNT - 3} more\)",
        ),
        ([[True] * FEATURE_COUNT] * 16, "frames.0.features.0: Input should be a valid number"),
        ([0.0] * 16, "frames.0.features: Input should be a valid array"),
    ],
)
def test_wrong_json_window_is_refused(frames: list[Any], expected: str) -> None:
    entries = [{"index": i, "features": features} for i, features in enumerate(frames)]
    with pytest.raises(InvalidInput, match=expected):
        window_from_json(json.dumps({"frames": entries}).encode())


@pytest.mark.parametrize("index", [0, -1, 1.5, "1", None])
def test_wrong_index_is_refused(window: NDArray[np.float32], index: object) -> None:
    body = json.loads(to_json(window))
    body["frames"][1]["index"] = index
    with pytest.raises(InvalidInput, match="index"):
        window_from_json(json.dumps(body).encode())


def test_index_may_be_left_out_of_all_frames(window: NDArray[np.float32]) -> None:
    frames = [{"features": row.tolist()} for row in window]
    assert np.array_equal(window_from_json(json.dumps({"frames": frames}).encode()), window)


def test_nan_is_refused_as_json_libraries_write_it(window: NDArray[np.float32]) -> None:
    window[3, 3] = np.nan
    with pytest.raises(InvalidInput, match="finite"):
        window_from_json(to_json(window))


@pytest.mark.parametrize("dtype", ["<f2", "<f4"])
@pytest.mark.parametrize("count", [None, 1, 5])
def test_npy_array_is_read_as_float32(
    window: NDArray[np.float32], dtype: str, count: int | None
) -> None:
    array = (window if count is None else np.stack([window] * count)).astype(dtype)
    decoded = array_from_npy(to_npy(array))
    assert decoded.dtype == np.float32
    assert np.array_equal(decoded, array.astype(np.float32))


@pytest.mark.parametrize("dtype", [">f4", "<f8", "<i4", "<c8", "?", "S4", "<U2"])
def test_npy_array_of_another_type_is_refused(dtype: str) -> None:
    with pytest.raises(InvalidInput, match="expected float16 or float32"):
        array_from_npy(to_npy(np.zeros(SHAPE, dtype=dtype)))


def test_pickled_objects_are_refused_and_not_loaded() -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return (pytest.fail, ("it was unpickled",))

    array = np.full(SHAPE, Bomb(), dtype=object)
    with pytest.raises(InvalidInput, match="expected float16 or float32"):
        array_from_npy(to_npy(array))


@pytest.mark.parametrize(
    "shape",
    [
        *[(16,), (15, FEATURE_COUNT), (16, 3), (0, *SHAPE), (1, 1, *SHAPE), ()],
        *[(15, 13, 3), (16, 13, 2), (16, 33, 3), (0, *POSES), (1, 1, *POSES)],
    ],
)
def test_npy_array_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(
        InvalidInput, match=r"expected \(16, \d+\) of features or \(16, 13, 3\) of poses"
    ):
        array_from_npy(to_npy(np.zeros(shape, dtype="<f4")))


def test_transposed_array_is_read_as_what_it_is(window: NDArray[np.float32]) -> None:
    windows = np.stack([window, 2 * window])
    for array in (window, windows):
        np.testing.assert_array_equal(array_from_npy(to_npy(np.asfortranarray(array))), array)


@pytest.mark.parametrize("count", [10**6, 10**30])
def test_shape_that_is_longer_than_the_data_is_refused_without_being_allocated(count: int) -> None:
    shape = f"({count}, {WINDOW_LENGTH}, {FEATURE_COUNT})"
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n"
    body = with_header(header, bytes(1024))
    tracemalloc.start()
    with pytest.raises(InvalidInput, match="not as long as its shape"):
        array_from_npy(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20


@pytest.mark.parametrize("change", [-1, 1])
def test_data_of_another_length_is_refused(window: NDArray[np.float32], change: int) -> None:
    body = to_npy(window)
    with pytest.raises(InvalidInput, match="not as long as its shape"):
        array_from_npy(body[:-1] if change < 0 else body + b"\0")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x93NUMPY",
        b"\x93NUMPY\x01\x00\xff\xff{}",
        b"PK\x03\x04 an .npz archive",
        to_npy(np.zeros(SHAPE, dtype="<f4"), version=(2, 0)),
        with_header(""),
        with_header("{}"),
        with_header("no literal"),
        with_header("-" * 9000 + "1"),
        with_header("(" * 9000),
        with_header("[" * 90 + "]" * 90),
        with_header("1" + "+1" * 4000),
        with_header("x" * 20_000),
        with_header("'''"),
        with_header("{[]:1}"),
        with_header("{1:2,'a':3}"),
        with_header("__import__('os')"),
        with_header("{'descr': '<f4', 'fortran_order': False, 'shape': 'no', }\n"),
        with_header("{'descr': '<f4', 'fortran_order': 2, 'shape': (16, 37), }\n"),
        with_header("{'descr': (), 'fortran_order': False, 'shape': (16, 37), }\n"),
        with_header(f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({'9' * 5000},), }}\n"),
    ],
)
def test_body_that_is_no_npy_array_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson, match=r"expected one \.npy array"):
        array_from_npy(body)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (16, 37), }\n",
        "{'descr': '|O', 'fortran_order': False, 'shape': (16, 37), }\n",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 16, 37), }\n",
    ],
)
def test_array_of_another_kind_is_refused(header: str) -> None:
    with pytest.raises(InvalidInput, match=r"expected float16|expected .* of features"):
        array_from_npy(with_header(header, bytes(16)))


def test_float16_scores_as_float32_does() -> None:
    detector = Detector.load(DEFAULT_CHECKPOINT)
    normalization = detector.manifest.normalization
    spread = np.random.default_rng(7).normal(size=(500, *SHAPE))
    windows = np.asarray(normalization.mean) + np.asarray(normalization.std) * spread
    full = detector.scores(array_from_npy(to_npy(windows.astype("<f4"))))
    half = detector.scores(array_from_npy(to_npy(windows.astype("<f2"))))
    assert full.std() > 0.01
    assert np.abs(full - half).max() < 0.005


@pytest.fixture
def poses() -> NDArray[np.float32]:
    return np.random.default_rng(7).uniform(0.2, 0.8, POSES).astype(np.float16).astype(np.float32)


@pytest.mark.parametrize(
    ("content_type", "aspect"),
    [
        (NPY, 4 / 3),
        (f"{NPY}; aspect=1.7778", 1.7778),
        (f'{NPY};charset=binary; Aspect = "2"', 2.0),
    ],
)
def test_poses_become_the_features_of_their_windows(
    poses: NDArray[np.float32], content_type: str, aspect: float
) -> None:
    expected = window_features(poses, aspect, 10.0)
    parameters = parameters_of(content_type)
    one = asked_in_npy(to_npy(poses.astype("<f2")), parameters)
    np.testing.assert_array_equal(one.windows, expected)
    several = asked_in_npy(to_npy(np.stack([poses, poses])), parameters)
    np.testing.assert_array_equal(several.windows, [expected, expected])
    assert one.aspect == several.aspect == aspect


def test_pose_that_is_nowhere_seen_counts_as_held(poses: NDArray[np.float32]) -> None:
    poses[3:, :, 2] = 0.0
    features = asked_in_npy(to_npy(poses), {}).windows
    tracked = features[:, FEATURE_NAMES.index("tracked")]
    assert tracked.tolist() == [1.0] * 3 + [0.0] * 13


@pytest.mark.parametrize(
    ("joint", "value"),
    [(0, np.nan), (1, np.inf), (0, -1e4), (1, 3e38), (2, 1.1), (2, -0.1), (2, np.nan)],
)
def test_poses_that_cannot_be_are_refused(
    poses: NDArray[np.float32], joint: int, value: float
) -> None:
    poses[5, 7, joint] = value
    with pytest.raises(InvalidInput, match="expected of each joint x and y in shares"):
        asked_in_npy(to_npy(poses), {})


@pytest.mark.parametrize("aspect", ["0", "-1", "nan", "1e9", "100", "", "4:3", "1.3333333333333"])
def test_aspect_that_cannot_be_is_refused(aspect: str) -> None:
    with pytest.raises(InvalidInput, match="aspect: expected the picture's width by its height"):
        aspect_of(parameters_of(f"{NPY}; aspect={aspect}"))


def source(*people: int) -> PoseSource:
    return PoseSource(camera_id="hall", at=1.0, people=people)


def test_newest_pose_of_each_person_is_the_last_of_the_window(poses: NDArray[np.float32]) -> None:
    both = asked_in_npy(to_npy(np.stack([poses, poses[::-1]])), {})
    np.testing.assert_array_equal(newest_of(both, source(1, 2)), [poses[-1], poses[0]])
    np.testing.assert_array_equal(
        newest_of(asked_in_npy(to_npy(poses), {}), source(3)), [poses[-1]]
    )


@pytest.mark.parametrize("shape", [(2, *POSES), POSES, SHAPE, (2, *SHAPE)])
def test_people_that_are_not_those_of_the_poses_are_refused(shape: tuple[int, ...]) -> None:
    asked = asked_in_npy(to_npy(np.zeros(shape, dtype="<f2")), {})
    with pytest.raises(InvalidInput, match="people: expected a number for each window of poses"):
        newest_of(asked, source(1, 2, 3))
