"""What is below /styles and /images/{id}/jobs, asked by those who may and may not."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.looks.service import LookService
from contract.looks import Look, LookFigures
from testkit.asked_home import AskedHome, asked_home
from testkit.households import HOME
from testkit.kept_pictures import keep_picture

FIGURES = LookFigures(pairs=2, held_out=1, psnr={"lut": 30.0}, seconds=1.0)
FILES = ("model.onnx", "manifest.json", "CARD.md")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHome]:
    with asked_home(tmp_path_factory.mktemp("looks")) as home:
        yield home


def picture(home: AskedHome, **fields: Any) -> str:
    """The id of a picture that is kept."""
    state = home.app.state
    return keep_picture(state.factory_database, state.media_driver, **fields).id


def wanted(home: AskedHome, **fields: object) -> dict[str, object]:
    before, after = ([picture(home) for _ in range(2)] for _ in range(2))
    asked = {"name": "밝게", "method": "lut", "learnt_from": "pairs", "before": before}
    return asked | {"after": after} | fields


@pytest.fixture
def learnt(home: AskedHome, tmp_path: Path) -> Look:
    """A look that is finished, asked by a caregiver."""
    answer = home.ask("caregiver", "POST", "/styles", json=wanted(home)).raise_for_status()
    for name in FILES:
        (tmp_path / name).write_text(name)
    looks: LookService = home.app.state.looks
    job = home.app.state.jobs.find(answer.json()["job_id"], HOME)
    look = looks.keep(job, FIGURES, tmp_path)
    assert look.created_by is not None
    return look


def test_caregivers_learn_apply_and_export_and_viewers_none_of_it(
    home: AskedHome, learnt: Look, tmp_path: Path
) -> None:
    one = f"/styles/{learnt.id}"
    listed = home.ask("caregiver", "GET", "/styles").raise_for_status().json()
    assert listed[0] == home.ask("owner", "GET", one).json() == learnt.model_dump(mode="json")
    applied = home.ask("caregiver", "POST", f"{one}/apply", json={"image_id": picture(home)})
    assert applied.raise_for_status().json()["spec"]["look_id"] == learnt.id
    exported = home.ask("caregiver", "POST", f"{one}/export", json={"size": 65})
    job = home.app.state.jobs.find(exported.raise_for_status().json()["id"], HOME)
    assert home.ask("caregiver", "GET", f"{one}/cubes/65").json()["code"] == "unknown_cube"
    (tmp_path / "look.cube").write_text("LUT_3D_SIZE 65")
    home.app.state.looks.keep_cube(job, tmp_path / "look.cube")
    cube = home.ask("caregiver", "GET", f"{one}/cubes/65").raise_for_status()
    assert cube.text == "LUT_3D_SIZE 65"
    assert ".cube" in cube.headers["content-disposition"]
    for method, path in [("GET", "/styles"), ("GET", one), ("POST", "/styles"),
                         ("POST", f"{one}/apply"), ("GET", f"{one}/cubes/65")]:  # fmt: skip
        assert home.ask("viewer", method, path, json={}).status_code == 403
    assert home.ask("caregiver", "DELETE", one).status_code == 403


def test_look_is_shared_by_a_link_that_is_over_with_it(home: AskedHome, learnt: Look) -> None:
    one = f"/styles/{learnt.id}"
    assert home.ask("caregiver", "POST", f"{one}/share", json={}).status_code == 403
    shared = home.ask("owner", "POST", f"{one}/share", json={"days": 1}).raise_for_status().json()
    path = "/" + shared["url"].split("/", 3)[3]
    got = home.ask("stranger", "GET", path).raise_for_status()
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        assert archive.namelist() == list(FILES)
    log = [it["action"] for it in home.ask("owner", "GET", "/audit").json()]
    assert {"shared_look", "downloaded_look"} <= set(log)
    assert home.ask("owner", "DELETE", one).raise_for_status().json() == {"success": True}
    for gone in (home.ask("stranger", "GET", path), home.ask("owner", "GET", one)):
        assert gone.status_code == 404


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"before": [], "after": []}, 422, "bad_look"),
        ({"before": ["a"]}, 422, "bad_look"),
        ({"before": ["a", "b"]}, 404, "unknown_image"),
        ({"learnt_from": "magic"}, 422, "invalid_input"),
        ({"method": None}, 422, "invalid_input"),
        ({"before": ["a"] * 2001}, 422, "invalid_input"),
        ({"seed": -1}, 422, "invalid_input"),
    ],
)
def test_look_that_is_asked_wrongly_is_refused(
    home: AskedHome, fields: dict[str, object], status: int, code: str
) -> None:
    answer = home.ask("caregiver", "POST", "/styles", json=wanted(home, **fields))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_what_there_is_not_or_not_yet_is_said(home: AskedHome) -> None:
    look = home.ask("owner", "POST", "/styles", json=wanted(home)).raise_for_status().json()
    one = f"/styles/{look['id']}"
    for method, path, body, status in [
        ("POST", f"{one}/apply", {"image_id": "x"}, 409),
        ("POST", f"{one}/export", {}, 409),
        ("POST", f"{one}/share", {}, 409),
        ("GET", f"{one}/cubes/33", None, 409),
        ("POST", f"{one}/export", {"size": 34}, 422),
        ("GET", f"{one}/cubes/34", None, 422),
        ("POST", f"{one}/share", {"days": 91}, 422),
        ("POST", "/styles/none/apply", {"image_id": "x"}, 404),
        ("GET", "/styles/none", None, 404),
        ("GET", "/shared/styles/none", None, 404),
        ("DELETE", "/styles/none", None, 404),
        ("GET", "/styles?limit=0", None, 422),
    ]:
        answer = home.ask("owner", method, path, json=body)
        assert answer.status_code == status, (method, path, answer.text)


def test_works_on_a_picture_are_asked_by_caregivers(home: AskedHome) -> None:
    image_id = picture(home)
    for work in ("thumbnail", "metadata", "blur_faces", "keep_skeleton"):
        answer = home.ask("caregiver", "POST", f"/images/{image_id}/jobs", json={"work": work})
        job = answer.raise_for_status().json()
        assert (job["state"], job["spec"]["work"]) == ("queued", work)
        for who in ("owner", "caregiver"):  # who asked for it
            assert home.ask(who, "GET", f"/jobs/{job['id']}").json() == job
        assert home.ask("viewer", "GET", f"/jobs/{job['id']}").status_code == 403
        assert home.ask("caregiver", "POST", f"/jobs/{job['id']}/cancel").status_code == 403
    for who, path, body, status in [
        ("viewer", image_id, {"work": "thumbnail"}, 403),
        ("caregiver", image_id, {"work": "apply_look"}, 422),
        ("caregiver", image_id, {"work": "thumbnail", "look_id": "x"}, 422),
        ("caregiver", picture(home, household_id=2), {"work": "thumbnail"}, 404),
        ("caregiver", picture(home, state="pending"), {"work": "thumbnail"}, 409),
    ]:
        answer = home.ask(who, "POST", f"/images/{path}/jobs", json=body)
        assert answer.status_code == status, answer.text
