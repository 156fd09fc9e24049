"""What is below /styles/night, asked by owners, caregivers and camera boxes."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.looks.service import LookService
from contract.deployments import SignedPackage
from contract.looks import LookFigures
from testkit.asked_home import AskedHome, asked_home
from testkit.households import HOME
from testkit.kept_pictures import keep_picture

FIGURES = LookFigures(pairs=2, held_out=1, psnr={"lut": 30.0}, seconds=1.0)
FILES = ("model.onnx", "manifest.json", "CARD.md")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHome]:
    with asked_home(tmp_path_factory.mktemp("night-looks")) as home:
        yield home


def asked(home: AskedHome) -> dict[str, str]:
    """A look that is to be learnt."""
    state = home.app.state
    images = [keep_picture(state.factory_database, state.media_driver).id for _ in range(4)]
    wanted = {"name": "밤", "method": "lut", "learnt_from": "pairs"}
    body = wanted | {"before": images[:2], "after": images[2:]}
    answer = home.ask("caregiver", "POST", "/styles", json=body).raise_for_status()
    made: dict[str, str] = answer.json()
    return made


@pytest.fixture
def look_id(home: AskedHome, tmp_path: Path) -> str:
    """Of a look that is finished."""
    made = asked(home)
    for name in FILES:
        (tmp_path / name).write_text(name)
    looks: LookService = home.app.state.looks
    return looks.keep(home.app.state.jobs.find(made["job_id"], HOME), FIGURES, tmp_path).id


def choose(home: AskedHome, look_id: str | None, who: str = "owner") -> int:
    return home.ask(who, "PUT", "/styles/night", json={"look_id": look_id}).status_code


def package(home: AskedHome) -> SignedPackage:
    answer = home.ask("camera", "GET", "/styles/night/package").raise_for_status()
    return SignedPackage.model_validate_json(answer.content)


def test_camera_box_gets_what_the_owner_has_chosen_signed_and_whole(
    home: AskedHome, look_id: str
) -> None:
    assert choose(home, look_id) == 200
    signed = package(home)
    assert (signed.package.recipe, signed.package.version_id) == ("night-look", look_id)
    assert set(signed.package.files) == {"model.onnx", "manifest.json"}
    for name, file in signed.package.files.items():
        content = home.ask("camera", "GET", f"/styles/night/package/files/{file.sha256}").content
        assert content == name.encode()
        assert hashlib.sha256(content).hexdigest() == file.sha256
    etag = home.ask("camera", "GET", "/styles/night/package").headers["etag"]
    again = home.ask("camera", "GET", "/styles/night/package", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_each_choice_counts_up_and_none_is_offered_without_one(
    home: AskedHome, look_id: str
) -> None:
    choose(home, look_id)
    first = package(home).package.sequence
    assert choose(home, None) == 200
    answer = home.ask("camera", "GET", "/styles/night/package")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_night_look")
    choose(home, look_id)
    assert package(home).package.sequence > first


def test_look_that_is_deleted_is_offered_no_more(home: AskedHome, look_id: str) -> None:
    choose(home, look_id)
    digest = package(home).package.files["model.onnx"].sha256
    home.ask("owner", "DELETE", f"/styles/{look_id}").raise_for_status()
    for path in ("/styles/night/package", f"/styles/night/package/files/{digest}"):
        assert home.ask("camera", "GET", path).status_code == 404


def test_what_cannot_be_chosen_is_refused(home: AskedHome) -> None:
    assert choose(home, "none") == 404
    assert choose(home, asked(home)["id"]) == 409
    assert choose(home, None, "caregiver") == 403
    assert home.ask("owner", "PUT", "/styles/night", json={}).status_code == 422
    assert home.ask("caregiver", "GET", "/styles/night/package").status_code == 403
    assert home.ask("camera", "GET", f"/styles/night/package/files/{'0' * 64}").status_code == 404
