"""The household's own image model, from its first version in production to the next."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.jobs.service import JobWanted
from contract.jobs import JobKind
from modeling.perception.images.own_labels import OWN_LABELS
from testkit.asked_home import AskedHome, asked_home
from testkit.households import HOME
from testkit.versions import compared

DOOR = ("닫힘", "열림", "반쯤", "안 보임")
STOVE = ("켜짐", "꺼짐", "끓음", "안 보임")
"""What red, green, blue and black are called, in this order."""


@pytest.fixture
def home(image_checkpoints: Path, tmp_path: Path) -> Iterator[AskedHome]:
    with asked_home(tmp_path / "data", vision_checkpoints_path=image_checkpoints) as home:
        yield home


@pytest.fixture
def train(
    home: AskedHome, make_image_checkpoint: Callable[..., Path], tmp_path: Path
) -> Callable[[str, tuple[str, ...]], str]:
    """A version that a job has made, which tells colours apart under these labels; its id."""

    def made(version: str, labels: tuple[str, ...]) -> str:
        folder = make_image_checkpoint(tmp_path / version, OWN_LABELS, version, labels)
        state = home.app.state
        job = state.jobs.ask(JobWanted(JobKind.TRAINING, version, {}, HOME))
        registered = state.versions.register(job, OWN_LABELS, version, folder, {}, None, ())
        return str(registered.id)

    return made


def serve(home: AskedHome, version_id: str) -> None:
    path = f"/versions/{version_id}/alias"
    wanted = {"alias": "production", "reason": "문을 보려고"}
    home.ask("owner", "POST", path, json=wanted).raise_for_status()


def test_it_answers_with_its_labels_once_a_version_is_in_production(
    home: AskedHome,
    train: Callable[[str, tuple[str, ...]], str],
    make_picture: Callable[..., bytes],
    eventually: Callable[..., Any],
) -> None:
    red = make_picture((255, 0, 0))

    def ask() -> Any:
        told = {"data": {"model_name": OWN_LABELS}, "files": {"image": red}}
        return home.ask("camera", "POST", "/api/v1/predict", **told)

    def health() -> dict[str, Any]:
        models = home.ask("owner", "GET", "/api/v1/health").json()["models"]
        return {model["name"]: model for model in models}

    first = train("1", DOOR)
    answer = ask()
    assert (answer.status_code, answer.json()["code"]) == (404, "not_in_production")
    assert OWN_LABELS not in health()

    serve(home, first)
    said = eventually(lambda: answer.json() if (answer := ask()).is_success else None)
    assert (said["label"], said["version"]) == ("닫힘", "1")
    assert tuple(said["scores"]) == DOOR
    assert (health()[OWN_LABELS]["status"], tuple(health()[OWN_LABELS]["labels"])) == (
        "ready", DOOR,
    )  # fmt: skip

    second = train("2", STOVE)
    state = home.app.state
    compared(state.factory_database, *(state.versions.find(it, HOME) for it in (first, second)))
    serve(home, second)
    answers = []

    def is_second() -> bool:
        answers.append(ask())
        return bool(answers[-1].json().get("version") == "2")

    eventually(is_second)
    assert all(answer.is_success for answer in answers), "there is no gap"
    for each in answers:
        said = each.json()
        assert tuple(said["scores"]) == (DOOR if said["version"] == "1" else STOVE)
    assert answers[-1].json()["label"] == "켜짐"
