"""A container of an image model: it serves as it stands, by its own code, and says the same."""

import base64
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from backend.versions.service import VersionService
from testkit.asked_home import AskedHome
from testkit.processes import free_port, wait_until_ready
from testkit.versions import register

LABELS = ("닫힘", "열림", "반쯤", "안 보임")
RECIPES = ("pictures", "camera_health")


@pytest.fixture(scope="module", params=RECIPES)
def recipe(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def deploy(
    recipe: str,
    versions_home: AskedHome,
    versions: VersionService,
    make_image_checkpoint: Callable[..., Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Any]:
    """Deploys a version of the recipe."""
    folder = make_image_checkpoint(tmp_path_factory.mktemp("checkpoint"), recipe, "1", LABELS)
    register(versions, folder, f"boxed-{recipe}", recipe)

    def made(kind: str) -> Any:
        shares = {f"boxed-{recipe}": 100}
        body = {"kind": kind, "name": kind, "recipe": recipe, "shares": shares}
        return versions_home.ask("household", "POST", "/deployments", json=body)

    return made


@pytest.fixture(scope="module")
def url(
    deploy: Callable[[str], Any], versions_home: AskedHome, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where it serves; its own code comes before that which is installed."""
    made = deploy("container").raise_for_status().json()
    answer = versions_home.ask("household", "GET", f"/deployments/{made['id']}/file")
    folder = tmp_path_factory.mktemp("context")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(folder)
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), "HOST": "127.0.0.1"}
    command = [sys.executable, "serve.py"]
    with subprocess.Popen(command, cwd=folder, env=environment) as process:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/health", lambda: process.poll() is None)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def ask(url: str, **told: Any) -> httpx.Response:
    return httpx.post(f"{url}/predict", trust_env=False, **told)


def in_json(recipe: str, picture: bytes, **fields: str) -> dict[str, str]:
    encoded = base64.b64encode(picture).decode()
    return {"model_name": recipe, "image_base64": encoded, **fields}


def test_it_says_what_the_endpoint_says(
    recipe: str,
    url: str,
    deploy: Callable[[str], Any],
    versions_home: AskedHome,
    make_picture: Callable[..., bytes],
) -> None:
    picture = make_picture((255, 0, 0))
    body = in_json(recipe, picture)
    body["previous_image_base64"] = body["image_base64"]
    endpoint = deploy("endpoint").raise_for_status().json()
    path = f"/deployments/{endpoint['id']}/predict"
    here = versions_home.ask("household", "POST", path, json=body).raise_for_status().json()
    there = ask(url, json=body).raise_for_status().json()
    for said in (here, there):
        said["results"][0].pop("took_ms")
    assert there == {"version": "1", "results": here["results"]}
    (first,) = there["results"]
    assert first["label"] == {"pictures": "닫힘", "camera_health": "frozen"}[recipe]
    alone = ask(url, content=picture, headers={"Content-Type": "image/png"})
    assert alone.raise_for_status().json()["results"][0]["model_name"] == recipe


def test_it_refuses_what_it_cannot_answer(
    recipe: str, url: str, make_picture: Callable[..., bytes]
) -> None:
    body = in_json(recipe, make_picture())
    told: list[tuple[dict[str, Any], int, str]] = [
        ({"json": body | {"model_name": "faces"}}, 422, "invalid_input"),
        ({"json": body | {"image_base64": "???"}}, 400, "broken_base64"),
        ({"json": {}}, 422, "invalid_input"),
        ({"content": b"{"}, 422, "invalid_input"),
        ({"content": b"GIF89a", "headers": {"Content-Type": "image/gif"}}, 415,
         "unsupported_image"),
        ({"content": b"x" * (12 * 2**20)}, 422, "invalid_input"),
    ]  # fmt: skip
    for options, status, code in told:
        answer = ask(url, **options)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_camera_boxes_take_none_and_are_said_to(deploy: Callable[[str], Any]) -> None:
    answer = deploy("edge")
    assert answer.status_code == 422
    assert "camera boxes take packages of no other recipe" in answer.json()["message"]
