"""The routes of the image half: both kinds of body, and each refusal that says which."""

import base64
import struct
import tempfile
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

PATH = "/api/v1/predict"
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}


def encoded(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


@pytest.mark.parametrize(
    ("colour", "label"),
    [
        ((255, 0, 0), "upright"),
        ((0, 255, 0), "transition"),
        ((0, 0, 255), "lying"),
        ((0, 0, 0), "nobody"),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("prefix", ["", "data:image/jpeg;base64,"])
def test_picture_in_base64_is_answered_with_its_label(
    http: TestClient, make_picture: Any, colour: object, label: str, kind: str, prefix: str
) -> None:
    image = prefix + encoded(make_picture(colour, kind=kind))
    answer = http.post(PATH, json={"model_name": "posture", "image_base64": image})
    found = answer.json()
    assert (answer.status_code, found["label"]) == (200, label)
    assert found["confidence"] == max(found["scores"].values()) > 0.6
    assert list(found["scores"]) == ["upright", "transition", "lying", "nobody"]
    assert sum(found["scores"].values()) == pytest.approx(1.0, abs=1e-4)
    assert (found["model_name"], found["version"]) == ("posture", "1")
    assert found["took_ms"] > 0


def test_multipart_is_answered_as_base64_is(
    http: TestClient, predict: Any, make_picture: Any
) -> None:
    picture = make_picture((0, 0, 255))
    asked = {"model_name": "posture", "image_base64": encoded(picture)}
    posts: list[dict[str, Any]] = [
        {"json": asked},
        {"data": {"model_name": "posture"}, "files": {"file": picture}},
        {"files": {name: (None, text) for name, text in asked.items()}},
    ]
    answers = [predict(picture).json(), *(http.post(PATH, **post).json() for post in posts)]
    assert all(answer.pop("took_ms") > 0 for answer in answers)
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(("before", "label"), [((200, 200, 200), "ok"), ((90, 90, 90), "frozen")])
def test_model_that_compares_is_given_the_picture_before(
    http: TestClient, predict: Any, make_picture: Any, before: object, label: str
) -> None:
    now, previous = make_picture((90, 90, 90)), make_picture(before)
    assert predict(now, "camera_health", previous).json()["label"] == label
    asked = {
        "model_name": "camera_health",
        "image_base64": encoded(now),
        "previous_image_base64": encoded(previous),
    }
    assert http.post(PATH, json=asked).json()["label"] == label


def test_sound_picture_is_judged_whatever_lies_beside_its_pixels(
    predict: Any, make_picture: Any
) -> None:
    # Turned to the right, and an exposure time of -1/0.
    entries = struct.pack("<HHHIHHHHII", 2, 0x0112, 3, 1, 6, 0, 0x829A, 10, 1, 38)
    exif = b"Exif\0\0II*\0" + struct.pack("<I", 8) + entries + struct.pack("<Iii", 0, -1, 0)
    picture = make_picture((255, 0, 0), exif=exif)
    for sent in (picture, picture[:-2], picture + b"\xff\xda" * 1000):
        answer = predict(sent)
        assert (answer.status_code, answer.json().get("label")) == (200, "upright")


def test_unknown_model_is_answered_with_those_that_there_are(
    predict: Any, make_picture: Any
) -> None:
    answer = predict(make_picture(), "face" * 100)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_model")
    assert answer.json()["message"].endswith(
        "…', expected one of: posture, camera_health, pictures"
    )


def test_health_tells_the_state_of_each_model(http: TestClient) -> None:
    health = http.get("/api/v1/health").json()
    assert health["status"] == "AI server is running"
    assert [
        (model["name"], model["status"], model["version"], model["reason"])
        for model in health["models"]
    ] == [("posture", "ready", "1", None), ("camera_health", "ready", "1", None)]
    assert http.get("/health").json()["status"] == "ok"


def fields(**changed: object) -> dict[str, object]:
    return {"model_name": "posture", "image_base64": "/9j/"} | changed


@pytest.mark.parametrize(
    ("body", "status", "code", "message"),
    [
        (b"[", 400, "malformed_body", "expected a JSON body"),
        (fields(image_base64="/9j"), 400, "broken_base64", "image_base64: expected base64"),
        (fields(image_base64="/9j/\n"), 400, "broken_base64", "image_base64: expected base64"),
        (fields(image_base64="_9j_"), 400, "broken_base64", "image_base64: expected base64"),
        (fields(image_base64="가나다라"), 400, "broken_base64", "image_base64: expected base64"),
        (fields(image_base64="data:;base64,/9j/"), 400, "broken_base64", "image_base64: "),
        (fields(previous_image_base64="="), 400, "broken_base64", "previous_image_base64: "),
        (fields(image_base64="A" * 5_600_000), 413, "image_too_large", "at most 4194304 bytes"),
        (fields(image_base64=""), 415, "unsupported_image", "expected a JPEG, PNG or WebP"),
        (fields(image_base64="R0lGODlh"), 415, "unsupported_image", "expected a JPEG, PNG or"),
        (fields(image_base64=7), 422, "invalid_input", "image_base64: "),
        (fields(image_base64=None), 422, "invalid_input", "image_base64: "),
        (fields(model_name=""), 422, "invalid_input", "model_name: "),
        ({"model_name": "posture", "image": "/9j/"}, 422, "invalid_input", "image_base64: "),
        (fields(previous="/9j/"), 422, "invalid_input", "previous: "),
        (fields(), 422, "broken_image", "the JPEG picture is"),
    ],
)
def test_what_is_wrong_with_json_is_reported(
    http: TestClient, body: object, status: int, code: str, message: str
) -> None:
    options: Any = {"content": body} if isinstance(body, bytes) else {"json": body}
    answer = http.post(PATH, **options)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert message in answer.json()["message"]


def part(name: str, content: str = "posture") -> str:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{content}\r\n'


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ("", 400, "with its last boundary"),
        ("no parts", 400, "expected multipart/form-data"),
        (part("model_name") + part("image"), 400, "with its last boundary"),
        ("--b\r\n" + "X: y\r\n" * 9 + "\r\n--b--\r\n", 400, "expected multipart/form-data"),
        ("--b\r\n\r\n\r\n--b--\r\n", 400, "expected multipart/form-data"),
        (part("image") * 9 + "--b--\r\n", 400, "expected multipart/form-data: Too many fields"),
        (part("image") + "--b--\r\n", 422, "expected the parts `model_name` and one of"),
        (part("model_name") + "--b--\r\n", 422, "expected the parts `model_name` and one of"),
        (part("picture") + "--b--\r\n", 422, "once each, got 'picture'"),
        (part("model_name") + part("image") + part("file") + "--b--\r\n", 422, "and one of"),
        (part("image") * 2 + "--b--\r\n", 422, "once each, got 'image'"),
        (part("model_name") + part("image") + "--b--\r\n", 415, "its first bytes are of none"),
    ],
)
def test_what_is_wrong_with_multipart_is_reported(
    http: TestClient, body: str, status: int, message: str
) -> None:
    answer = http.post(PATH, content=body.encode(), headers=MULTIPART)
    assert answer.status_code == status
    assert message in answer.json()["message"]


def test_part_without_a_file_name_is_taken_byte_by_byte(
    http: TestClient, make_picture: Any
) -> None:
    picture = make_picture((0, 0, 255))
    body = b"%b--b\r\nContent-Disposition: form-data; name=image\r\n\r\n%b\r\n--b--\r\n"
    content = body % (part("model_name").encode(), picture)
    for kind in (
        "multipart/form-data; boundary=b",
        'Multipart/Form-Data; charset=utf-8;boundary="b"',
    ):
        answer = http.post(PATH, content=content, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json().get("label")) == (200, "lying")


def test_no_picture_touches_the_disk(
    http: TestClient, predict: Any, make_picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", written.append)
    assert predict(make_picture((0, 0, 255)) + b"\xff\xd9" * 2**20).status_code == 200
    assert written == []


def test_multipart_without_a_boundary_is_refused(http: TestClient) -> None:
    answer = http.post(PATH, content=b"", headers={"Content-Type": "multipart/form-data"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_body")


def test_compressed_body_is_refused(http: TestClient) -> None:
    answer = http.post(PATH, content=b"{}", headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (415, "encoded_body")


@pytest.mark.parametrize("chunked", [False, True])
def test_body_that_is_too_long_is_refused_whole_or_in_chunks(
    http: TestClient, chunked: bool
) -> None:
    body = b"." * 12_000_000
    answer = http.post(PATH, content=iter([body]) if chunked else body)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_bodies_that_are_too_many_together_are_refused_politely(
    http: TestClient, predict: Callable[..., Any], make_picture: Any
) -> None:
    budget = http.app.state.picture_budget  # type: ignore[attr-defined]
    free = budget._free
    assert budget.take(free)
    answer = predict(make_picture())
    assert (answer.status_code, answer.json()["code"]) == (503, "vision_busy")
    assert answer.headers["Retry-After"] == "1"
    budget.give_back(free)
    assert predict(make_picture()).status_code == 200
    assert predict(b"").status_code == 415
    assert budget._free == free
