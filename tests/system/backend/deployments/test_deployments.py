"""Deployments by HTTP: what serves where, who let it, and what an endpoint answers."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.deployments.loaded import LoadedVersions
from backend.versions.service import VersionService
from backend.vision.requests import describe_question
from contract.deployments import SignedPackage
from modeling.perception.detector.checkpoint import ONNX_NAME
from modeling.perception.detector.detector import Detector
from testkit.asked_home import AskedHome
from testkit.households import HOME
from testkit.versions import compared, register

Json = dict[str, Any]
NPY = {"Content-Type": "application/x-npy"}


@pytest.fixture(scope="module", autouse=True)
def known(
    versions_home: AskedHome,
    versions: VersionService,
    make_version: Callable[[str], Path],
    image_checkpoints: Path,
) -> None:
    equal = [register(versions, make_version(name), name) for name in ("a", "b", "c")]
    compared(versions_home.app.state.factory_database, *equal)
    broken = make_version("broken")
    (broken / ONNX_NAME).write_bytes(b"no network")
    register(versions, broken, "broken")
    register(versions, image_checkpoints / "posture", "p", "posture")


@pytest.fixture
def ask(versions_home: AskedHome) -> Callable[..., Any]:
    """Asks as a program; what must be refused names its status and code, the rest is answered."""

    def ask(
        method: str,
        path: str,
        refused: tuple[int, str] | None = None,
        who: str = "household",
        **options: Any,
    ) -> Any:
        answer = versions_home.ask(who, method, f"/deployments{path}", **options)
        if refused is None:
            assert answer.status_code == 200, answer.text
        else:
            assert (answer.status_code, answer.json()["code"]) == refused, answer.text
        return answer.json()

    return ask


def wanted(**fields: object) -> Json:
    made = {"kind": "endpoint", "name": "trial", "recipe": "fall-lstm", "shares": {"a": 100}}
    return made | fields


def npy(windows: Any) -> bytes:
    body = io.BytesIO()
    np.save(body, windows)
    return body.getvalue()


def test_an_endpoint_answers_as_its_version_does(
    ask: Any, windows: Any, make_version: Callable[[str], Path]
) -> None:
    deployment = ask("POST", "", json=wanted())
    said = ask("POST", f"/{deployment['id']}/predict", content=npy(windows), headers=NPY)
    expected = Detector.load(make_version("a")).analyze(windows)
    assert (said["version_id"], said["version"]) == ("a", "a")
    assert said["results"] == [it.model_dump() for it in expected]
    frames = [[{"features": row} for row in window] for window in windows.tolist()]
    batch = {"windows": [{"frames": it} for it in frames]}
    assert ask("POST", f"/{deployment['id']}/predict", json=batch)["results"] == said["results"]
    one = ask("POST", f"/{deployment['id']}/predict", json={"frames": frames[0]})
    assert one["results"] == said["results"][:1]


def test_of_a_recipe_for_pictures_it_takes_pictures(ask: Any, make_picture: Any) -> None:
    shares = wanted(recipe="posture", shares={"p": 100})
    deployment = ask("POST", "", json=shares)
    question = describe_question()["requestBody"]["content"]["application/json"]["example"]
    said = ask("POST", f"/{deployment['id']}/predict", json=question)
    assert (said["version_id"], said["results"][0]["model_name"]) == ("p", "posture")
    question = question | {"model_name": "camera_health"}
    ask("POST", f"/{deployment['id']}/predict", (422, "invalid_input"), json=question)
    broken = {"model_name": "posture", "image_base64": "AAAA"}
    ask("POST", f"/{deployment['id']}/predict", (415, "unsupported_image"), json=broken)


def test_versions_answer_by_their_shares(ask: Any, windows: Any) -> None:
    deployment = ask("POST", "", json=wanted(shares={"a": 80, "b": 20}))
    path, body = f"/{deployment['id']}/predict", npy(windows[:1])
    count = 250
    by_key = Counter(
        ask("POST", f"{path}?key=caller-{number}", content=body, headers=NPY)["version_id"]
        for number in range(count)
    )
    assert abs(by_key["b"] - 0.2 * count) < 4 * sqrt(0.2 * 0.8 * count)
    for _ in range(3):
        assert len({
            ask("POST", f"{path}?key=hall", content=body, headers=NPY)["version_id"]
            for _ in range(5)
        }) == 1  # fmt: skip


def test_one_that_does_not_load_says_why_and_the_others_serve(
    ask: Any, versions_home: AskedHome, windows: Any
) -> None:
    deployment = ask("POST", "", json=wanted(shares={"a": 50, "broken": 50}))
    path = f"/deployments/{deployment['id']}/predict"
    answers = [
        versions_home.ask(
            "household", "POST", f"{path}?key={number}", content=npy(windows), headers=NPY
        )
        for number in range(20)
    ]
    assert {it.status_code for it in answers} == {200, 503}
    refused = next(it.json() for it in answers if it.status_code == 503)
    assert refused["code"] == "version_unavailable"
    assert "model.onnx cannot be run" in refused["message"]
    assert "/tmp" not in refused["message"]  # noqa: S108


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"content": b"no npy", "headers": NPY}, (400, "malformed_body")),
        ({"content": b"{"}, (400, "malformed_body")),
        ({"json": {"windows": []}}, (422, "invalid_input")),
        ({"json": {"pictures": []}}, (422, "invalid_input")),
        ({"json": {"windows": [{"frames": [{"features": [1.0]}]}]}}, (422, "invalid_input")),
        ({"content": npy(np.full((1, 16, 55), np.nan, np.float32)), "headers": NPY},
         (422, "invalid_input")),
        ({"content": npy(np.full((1, 16, 55), 3e38, np.float32)), "headers": NPY},
         (422, "invalid_input")),
        ({"content": b"x" * 600_000, "headers": NPY}, (413, "body_too_large")),
    ],
    ids=["npy", "json", "empty", "other", "short", "nan", "large", "long"],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(ask: Any, body: Json, refused: tuple[int, str]) -> None:
    deployment = ask("POST", "", json=wanted())
    said = ask("POST", f"/{deployment['id']}/predict", refused, **body)
    assert any(word in said["message"] for word in ("expected", "must be", "should have"))


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"shares": {"a": 99}}, (422, "invalid_input")),
        ({"shares": {}}, (422, "invalid_input")),
        ({"shares": {"nobody": 100}}, (404, "unknown_version")),
        ({"shares": {"p": 100}}, (422, "invalid_input")),
        ({"recipe": "tea"}, (422, "invalid_input")),
        ({"kind": "edge", "shares": {"a": 50, "b": 50}}, (422, "invalid_input")),
        ({"kind": "edge", "recipe": "posture", "shares": {"p": 100}}, (422, "invalid_input")),
        ({"kind": "moon"}, (422, "invalid_input")),
        ({"name": ""}, (422, "invalid_input")),
    ],
)
def test_what_cannot_be_deployed_is_refused(
    ask: Any, fields: Json, refused: tuple[int, str]
) -> None:
    ask("POST", "", refused, json=wanted(**fields))


def test_shares_move_and_go_back_once(ask: Any, versions_home: AskedHome) -> None:
    path = f"/{ask('POST', '', who='owner', json=wanted(name='moved'))['id']}"
    changed = ask(
        "POST", path, json={"shares": {"a": 10, "b": 90}, "reason": "it does well"}, who="owner"
    )
    assert (changed["shares"], changed["previous_shares"]) == ({"a": 10, "b": 90}, {"a": 100})
    back = ask("POST", f"{path}/rollback", json={"reason": "it does not"}, who="owner")
    assert (back["shares"], back["previous_shares"]) == ({"a": 100}, None)
    ask("POST", f"{path}/rollback", (409, "nothing_before"))
    ask("POST", path, (422, "invalid_input"), json={"shares": {"a": 1}})
    told = [(it["reason"], it["from_shares"]) for it in ask("GET", f"{path}/history")]
    assert told == [
        ("it does not", {"a": 10, "b": 90}), ("it does well", {"a": 100}), ("asked", None),
    ]  # fmt: skip
    assert {it["moved_by"] for it in ask("GET", f"{path}/history")} == {1}
    ask("DELETE", path, who="owner")
    ask("GET", path, (404, "unknown_deployment"))
    assert not [it for it in ask("GET", "") if it["name"] == "moved"]
    audit = versions_home.ask("owner", "GET", "/audit").json()
    mine = [it["action"] for it in audit if it["subject"] == "moved"]
    assert mine == ["ended_deployment", "rolled_back", "changed_deployment", "deployed"]


def test_camera_boxes_are_offered_what_production_names(
    ask: Any, versions_home: AskedHome, versions: VersionService
) -> None:
    ask("GET", "/edge/fall-lstm", (404, "nothing_deployed"))
    path = f"/{ask('POST', '', json=wanted(kind='edge', name='boxes'))['id']}"
    ask("POST", "", (409, "already_deployed"), json=wanted(kind="edge"))

    def offered(**headers: str) -> Any:
        return versions_home.ask("camera", "GET", "/deployments/edge/fall-lstm", headers=headers)

    first = SignedPackage.model_validate_json(offered().content)
    etag = offered().headers["etag"]
    assert offered(**{"If-None-Match": etag}).status_code == 304
    ask("POST", path, json={"shares": {"b": 100}})
    second = SignedPackage.model_validate_json(offered(**{"If-None-Match": etag}).content)
    assert (second.package.version, second.key) == ("b", first.key)
    assert second.package.sequence > first.package.sequence
    back = ask("POST", f"{path}/rollback")
    assert back["shares"] == {"a": 100}
    third = SignedPackage.model_validate_json(offered().content)
    assert (third.package.version, third.package.files) == ("a", first.package.files)
    assert third.package.sequence > second.package.sequence
    ask("POST", f"{path}/rollback", (409, "nothing_before"))
    assert [it["to_shares"] for it in ask("GET", f"{path}/history")] == [
        {"a": 100}, {"b": 100}, {"a": 100},
    ]  # fmt: skip
    digest = third.package.files[ONNX_NAME].sha256
    file = versions_home.ask("camera", "GET", f"/deployments/edge/fall-lstm/files/{digest}")
    assert len(file.content) == third.package.files[ONNX_NAME].size
    strange = versions.find("p", HOME).files[ONNX_NAME]
    ask("GET", f"/edge/fall-lstm/files/{strange}", (404, "no_file"))
    ask("GET", "/edge/posture", (404, "nothing_deployed"))


def test_a_version_is_downloaded_with_its_card(ask: Any, versions_home: AskedHome) -> None:
    made = ask("POST", "", json=wanted(kind="download"))
    answer = versions_home.ask("owner", "GET", f"/deployments/{made['id']}/file")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == ["CARD.md", "manifest.json", "model.onnx"]
        assert json.loads(archive.read("manifest.json"))["version"] == "a"
    ask("POST", f"/{made['id']}/predict", (409, "not_an_endpoint"), json={"windows": []})
    endpoint = ask("POST", "", json=wanted())
    ask("GET", f"/{endpoint['id']}/file", (404, "no_file"))


def test_what_is_asked_least_makes_room(versions: VersionService) -> None:
    loaded = LoadedVersions(versions, most=2)
    first = loaded.get("a", 1)
    loaded.get("b", 1)
    assert loaded.get("a", 1) is first
    loaded.get("c", 1)
    assert loaded.get("a", 1) is first
    few = LoadedVersions(versions, most_bytes=1)
    kept = few.get("a", 1)
    few.get("b", 1)
    assert few.get("a", 1) is not kept
