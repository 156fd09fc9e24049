"""Windows to analyses over HTTP, and the server without a checkpoint that works."""

import io
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contract.layout import FEATURE_COUNT, FEATURE_NAMES, JOINTS, WINDOW_LENGTH
from modeling.perception.windows.features import window_features
from modeling.perception.windows.windows import RATE_HZ

NPY = {"Content-Type": "application/x-npy"}


def window(hip_velocity: float = 0.0, extent: float = 0.0) -> np.ndarray:
    """A window whose scores are the sigmoids of the two numbers."""
    values = np.zeros((WINDOW_LENGTH, FEATURE_COUNT), dtype=np.float32)
    values[:, FEATURE_NAMES.index("hip_velocity_y")] = hip_velocity
    values[:, FEATURE_NAMES.index("body_extent_x")] = extent
    return values


def frames(values: np.ndarray) -> dict[str, Any]:
    return {
        "frames": [{"index": i, "features": row.tolist()} for i, row in enumerate(values)],
    }


def npy(values: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values)
    return stream.getvalue()


def test_window_is_scored_alike_as_json_and_as_either_float(common_server: Any) -> None:
    values = window(hip_velocity=1.0, extent=-1.0)
    answer = common_server.post("/behavior/analyze", frames(values)).raise_for_status().json()
    high, low = 1 / (1 + math.exp(-1.0)), 1 / (1 + math.exp(1.0))
    assert answer == {
        "is_anomaly": True,
        "normal_score": pytest.approx(low, abs=6e-5),
        "anomaly_score": pytest.approx(high, abs=6e-5),
        "events": ["fall", "lying"],
        "scores": pytest.approx([high, low], abs=6e-5),
        "thresholds": [0.6, 0.6],
    }
    full = common_server.post("/behavior/analyze", content=npy(values), headers=NPY).json()
    assert full == answer
    half = npy(values.astype(np.float16))
    assert common_server.post("/behavior/analyze", content=half, headers=NPY).json() == answer


def test_label_that_is_a_state_is_no_anomaly(common_server: Any) -> None:
    answer = common_server.post("/behavior/analyze", frames(window(extent=5.0))).json()
    assert answer["scores"][1] > 0.99
    assert answer["is_anomaly"] is False


def test_several_windows_are_answered_in_their_order(common_server: Any) -> None:
    speeds = np.linspace(-3, 3, 140)
    values = np.stack([window(speed) for speed in speeds])
    answer = common_server.post("/behavior/analyze", content=npy(values), headers=NPY).json()
    scores = [result["scores"][0] for result in answer["results"]]
    assert scores == pytest.approx(1 / (1 + np.exp(-speeds)), abs=6e-5)
    one = common_server.post("/behavior/analyze", content=npy(values[:1]), headers=NPY).json()
    assert one == {"results": answer["results"][:1]}


def poses(sinking: float) -> np.ndarray:
    """Somebody whose body, 0.2 picture heights from shoulders to hips, sinks by so much a pose."""
    joints = np.full((WINDOW_LENGTH, len(JOINTS), 3), 1.0, dtype=np.float32)
    joints[..., :2] = 0.25
    joints[:, [JOINTS.index("left_shoulder"), JOINTS.index("right_shoulder")], 1] -= 0.2
    joints[..., 1] += sinking * np.arange(WINDOW_LENGTH)[:, None]
    return joints


def test_poses_of_several_people_are_scored_as_their_features_are(common_server: Any) -> None:
    people = np.stack([poses(0.0), poses(1 / 64)]).astype(np.float16)
    headers = {"Content-Type": "application/x-npy; aspect=1.7778"}
    both = common_server.post("/behavior/analyze", content=npy(people), headers=headers).json()
    for one, answer in zip(people.astype(np.float32), both["results"], strict=True):
        features = window_features(one, 1.7778, RATE_HZ)
        expected = common_server.post("/behavior/analyze", frames(features)).json()
        assert answer["scores"] == pytest.approx(expected["scores"], abs=2e-4)
        alone = common_server.post("/behavior/analyze", content=npy(one), headers=headers).json()
        assert alone == answer
    assert both["results"][0]["scores"][0] < 0.51 < both["results"][1]["scores"][0]


def test_poses_that_cannot_be_are_refused_with_what_was_expected(common_server: Any) -> None:
    wrong = poses(0.0)
    wrong[3, 4, 0] = np.nan
    for body, kind, said in (
        (npy(wrong), "application/x-npy", "x and y in shares of the picture"),
        (npy(poses(0.0)), "application/x-npy; aspect=0", "the picture's width by its height"),
        (npy(poses(0.0)[..., :2]), "application/x-npy", "(16, 13, 3) of poses"),
    ):
        answer = common_server.post(
            "/behavior/analyze", content=body, headers={"Content-Type": kind}
        )
        assert answer.status_code == 422
        assert said in answer.json()["message"]


def test_frames_without_an_index_are_read_in_their_order(common_server: Any) -> None:
    values = window(hip_velocity=1.0)
    values[0] = 0.0
    numbered = common_server.post("/behavior/analyze", frames(values)).json()
    plain = {"frames": [{"features": row.tolist()} for row in values]}
    assert common_server.post("/behavior/analyze", plain).json() == numbered


def test_clients_that_ask_at_once_get_each_their_own(server: Any) -> None:
    random = np.random.default_rng(0)
    asked = random.normal(size=(48, WINDOW_LENGTH, FEATURE_COUNT)).astype(np.float32)
    alone = [
        server.post("/behavior/analyze", frames(values)).raise_for_status().json()["scores"]
        for values in asked
    ]
    assert np.ptp(alone, axis=0).min() > 0.1  # or mixed up they would look alike

    def as_json(number: int) -> Any:
        return server.post("/behavior/analyze", frames(asked[number])).json()["scores"]

    def as_array(number: int) -> Any:
        half = npy(asked[number].astype(np.float16))
        return server.post("/behavior/analyze", content=half, headers=NPY).json()["scores"]

    with ThreadPoolExecutor(16) as clients:
        for ask in (as_json, as_array):
            together = list(clients.map(ask, range(len(asked))))
            assert np.abs(np.array(together) - alone).max() < 0.005


def test_window_that_has_no_score_spoils_no_other_that_waits(common_server: Any) -> None:
    good, bad = npy(window(1.0)), npy(np.full_like(window(), 3e38))

    def ask(body: bytes) -> int:
        answer = common_server.post("/behavior/analyze", content=body, headers=NPY)
        return int(answer.status_code)

    with ThreadPoolExecutor(16) as clients:
        assert list(clients.map(ask, [good, bad] * 32)) == [200, 422] * 32


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.zeros((15, FEATURE_COUNT)), f"expected {WINDOW_LENGTH} frames with"),
        (np.zeros((WINDOW_LENGTH, 3)), f"{FEATURE_COUNT} features each, got 16 frames with [3]"),
        (np.full((WINDOW_LENGTH, FEATURE_COUNT), 1e300), "finite"),
        (np.full((WINDOW_LENGTH, FEATURE_COUNT), 3e38), "too large"),
    ],
)
def test_wrong_window_is_refused_with_what_was_expected(
    common_server: Any, values: np.ndarray, expected: str
) -> None:
    answer = common_server.post("/behavior/analyze", frames(values))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert expected in answer.json()["message"]


def test_checkpoint_of_the_project_is_served(server: Any) -> None:
    model = server.health()["model"]
    assert model["status"] == "ok"
    assert (model["window_length"], model["feature_count"]) == (WINDOW_LENGTH, FEATURE_COUNT)
    answer = server.post("/behavior/analyze", frames(window())).raise_for_status().json()
    assert answer["events"] == ["fall", "lying"]


@pytest.mark.parametrize("broken", ["missing", "truncated"])
def test_server_without_a_working_checkpoint_says_so_and_still_tells_a_fall(
    server_factory: Callable[..., Any],
    sandbox: Any,
    make_checkpoint: Callable[[Path], Path],
    make_event: Callable[..., Any],
    eventually: Callable[..., Any],
    tmp_path: Path,
    broken: str,
) -> None:
    folder = tmp_path / "checkpoint"
    if broken == "truncated":
        weights = make_checkpoint(folder) / "model.onnx"
        weights.write_bytes(weights.read_bytes()[:100])
    server = server_factory(MODEL_CHECKPOINT_PATH=folder)
    health = server.health()
    assert (health["status"], health["model"]["status"]) == ("degraded", "degraded")
    assert str(folder) in health["model"]["reason"]
    answer = server.post("/behavior/analyze", frames(window()))
    assert (answer.status_code, answer.json()["code"]) == (503, "model_unavailable")
    assert str(folder) in answer.json()["message"]
    assert "Traceback" not in server.log()
    server.send(make_event("END", event="lying"), make_event("END"))
    eventually(sandbox.memos)
    assert sum(server.health()["alerts"]["counts"].values()) == 1
