"""Trainings asked for over HTTP: checked before they are queued, and watched."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert

from backend.jobs.service import JobWanted
from backend.jobs.store import Wanted
from backend.jobs.tables import job_metrics
from backend.training.service import TrainingService
from contract.datasets import DatasetKind
from contract.jobs import JobKind
from testkit.asked_home import AskedHome, asked_home
from testkit.households import HOME
from testkit.known_datasets import KnownDatasets
from testkit.versions import by_names_alone, register

KINDS = {
    "clips": DatasetKind.CLIPS,
    "tracks": DatasetKind.TRACKS,
    "photos": DatasetKind.PICTURES,
    "table": DatasetKind.TABLE,
}
RECIPES = {"our-falls": "fall-lstm", "our-doors": "pictures"}
_ALL = Wanted(HOME, kind=JobKind.TRAINING)
TABLE = {"recipe": "tabular", "dataset_versions": ["table"]}
FALLS = {"recipe": "fall-lstm", "dataset_versions": ["clips", {"id": "tracks"}]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHome]:
    folder = tmp_path_factory.mktemp("training")
    with asked_home(folder / "data") as home:
        state = home.app.state
        for version_id, recipe in RECIPES.items():
            register(state.versions, by_names_alone(folder / version_id), version_id, recipe)
        state.training = TrainingService(state.jobs, KnownDatasets(KINDS), state.versions)
        yield home


def ask(home: AskedHome, body: object, who: str = "owner") -> Any:
    return home.ask(who, "POST", "/training/jobs", json=body)


def test_a_training_is_queued_with_all_its_settings_and_can_be_cancelled_and_resumed(
    home: AskedHome,
) -> None:
    subset = {"id": "tracks", "subset": {"labels": ["fall"]}}
    body = FALLS | {
        "dataset_versions": ["clips", subset],
        "settings": {"epochs": 7},
        "base": "our-falls",
        "queue": "gpu",
        "title": "우리 집",
        "time_limit": 3600,
    }
    job = ask(home, body).raise_for_status().json()
    assert (job["kind"], job["state"], job["queue"]) == ("training", "queued", "gpu")
    assert (job["title"], job["time_limit_sec"], job["created_by"]) == ("우리 집", 3600.0, 1)
    spec = job["spec"]
    assert spec["recipe"] == "fall-lstm"
    assert [choice["id"] for choice in spec["dataset_versions"]] == ["clips", "tracks"]
    assert spec["dataset_versions"][1]["subset"]["labels"] == ["fall"]
    assert (spec["settings"]["epochs"], spec["settings"]["hidden"]) == (7, 48)
    assert spec["base_id"] == "our-falls"

    there = f"/training/jobs/{job['id']}"
    assert home.ask("owner", "GET", there).json() == job
    assert home.ask("household", "GET", "/training/jobs").json()[0] == job
    for step, state in (("cancel", "cancelled"), ("resume", "queued")):
        changed = home.ask("owner", "POST", f"{there}/{step}").raise_for_status().json()
        assert changed["state"] == state
    assert home.ask("owner", "POST", f"{there}/resume").status_code == 409


def test_a_training_of_a_table_is_queued_with_its_columns(home: AskedHome) -> None:
    settings = {"target": "price", "kind": "value", "features": ["방", "크기"], "trees": 20}
    job = ask(home, TABLE | {"settings": settings}).raise_for_status().json()
    assert settings.items() <= job["spec"]["settings"].items()
    assert job["spec"]["settings"]["leaves"] == 8


def test_its_figures_are_curves(home: AskedHome) -> None:
    job = ask(home, FALLS).json()
    with home.app.state.factory_database.writing() as db:
        for epoch, value in ((1, 0.5), (2, 0.25)):
            row = {"job_id": job["id"], "fit": "all", "name": "loss"}
            db.execute(insert(job_metrics).values(row | {"epoch": epoch, "value": value}))
    curves = home.ask("owner", "GET", f"/training/jobs/{job['id']}/metrics").json()
    assert curves == [{"fit": "all", "name": "loss", "epochs": [1, 2], "values": [0.5, 0.25]}]


def test_a_job_of_another_kind_is_no_training(home: AskedHome) -> None:
    other = home.app.state.jobs.ask(JobWanted(JobKind.EXPORT, "an export", {}, HOME))
    for asked in ("GET ", "GET /metrics", "POST /cancel", "POST /resume"):
        method, step = asked.split(" ")
        answer = home.ask("owner", method, f"/training/jobs/{other.id}{step}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_job")


def test_a_training_of_another_household_is_not_there(home: AskedHome) -> None:
    wanted = JobWanted(JobKind.TRAINING, "theirs", {}, household_id=2)
    theirs = home.app.state.jobs.ask(wanted).id
    assert home.ask("owner", "GET", f"/training/jobs/{theirs}").status_code == 404
    assert home.ask("owner", "POST", f"/training/jobs/{theirs}/cancel").status_code == 404
    listed = home.ask("owner", "GET", "/training/jobs", params={"limit": 1000}).json()
    assert theirs not in [job["id"] for job in listed]


BAD = [
    ({"recipe": "fall"}, 404, "no recipe 'fall', expected one of fall-lstm, posture"),
    ({"recipe": 3}, 422, "recipe: Input should be a valid string"),
    ({"dataset_versions": []}, 422, "expected at least one version of a data set"),
    ({"dataset_versions": "clips"}, 422, "dataset_versions"),
    ({"dataset_versions": ["theirs"]}, 404, "no version 'theirs'"),
    ({"dataset_versions": ["photos"]}, 422, "a data set of pictures, expected one of clips or"),
    ({"dataset_versions": [{"id": "clips", "subset": {"since_when": 1}}]}, 422, "since_when"),
    ({"dataset_versions": ["clips"] * 51}, 422, "at most 50"),
    ({"base": "theirs"}, 404, "no version theirs"),
    ({"base": "our-doors"}, 422, "our-doors is a version of pictures, expected one of fall-lstm"),
    ({"settings": {"epochs": 0}}, 422, "settings: epochs: Input should be greater than"),
    ({"settings": {"epochs": 10**6}}, 422, "settings: epochs: Input should be less than or"),
    ({"settings": {"epochs": "many"}}, 422, "settings: epochs: Input should be a valid integer"),
    ({"settings": {"epochs": 1.5}}, 422, "settings: epochs: Input should be a valid integer"),
    ({"settings": {"epochs": True}}, 422, "settings: epochs: Input should be a valid integer"),
    ({"settings": {"learning_rate": None}}, 422, "settings: learning_rate: Input should be a"),
    ({"settings": {"layers": 3}}, 422, "settings: layers: Extra inputs are not permitted"),
    ({"settings": [1]}, 422, "settings: Input should be an object"),
    ({"queue": "GPU 1"}, 422, "queue: String should match pattern"),
    ({"title": ""}, 422, "title"),
    ({"time_limit": 1}, 422, "time_limit: Input should be greater than or equal to 60"),
    ({"gpu": True}, 422, "gpu: Extra inputs are not permitted"),
    ({"recipe": "posture", "dataset_versions": ["photos"], "with_project_data": True}, 422,
     "posture learns only from data sets"),
    (TABLE | {"dataset_versions": ["table", "table"]}, 422, "tabular learns from one table"),
    (TABLE | {"dataset_versions": []}, 422, "expected at least one version of a data set"),
    (TABLE | {"dataset_versions": [{"id": "table", "subset": {}}]}, 422, "one whole version"),
    (TABLE | {"dataset_versions": ["photos"]}, 422, "pictures, expected one of table"),
    (TABLE | {"base": "our-doors"}, 422, "tabular is learnt from scratch each time"),
    (TABLE | {"settings": {"trees": 0}}, 422, "settings: trees: Input should be greater than"),
    (TABLE | {"settings": {"kind": "class"}}, 422, "settings: kind: Input should be 'value'"),
    (TABLE | {"settings": {"monotone": {"a": 3}}}, 422, "settings: monotone.a: Input should be"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "status", "said"), BAD)
def test_what_cannot_be_trained_is_refused_with_what_was_expected(
    home: AskedHome, changes: dict[str, Any], status: int, said: str
) -> None:
    before = len(home.app.state.training.newest(_ALL, 1000))
    answer = ask(home, FALLS | changes)
    assert answer.status_code == status, answer.text
    assert said in answer.json()["message"]
    assert len(home.app.state.training.newest(_ALL, 1000)) == before


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(home: AskedHome, number: str) -> None:
    body = f'{{"recipe":"fall-lstm","dataset_versions":["clips"],"settings":{{"epochs":{number}}}}}'
    answer = home.ask("owner", "POST", "/training/jobs", content=body)
    assert answer.status_code in (400, 422), answer.text
    assert "expected" in answer.json()["message"]


def test_recipes_are_shown_with_titles_and_ranges(home: AskedHome) -> None:
    shown = home.ask("owner", "GET", "/training/recipes").json()
    assert [recipe["name"] for recipe in shown] == [
        "fall-lstm", "posture", "camera_health", "pictures", "tabular", "fall_risk", "eclo",
    ]  # fmt: skip
    epochs = shown[0]["settings"]["properties"]["epochs"]
    assert (epochs["type"], epochs["minimum"], epochs["default"]) == ("integer", 1, 5)
    assert epochs["title_ko"] == "에포크"


def test_only_owners_train(home: AskedHome) -> None:
    for who in ("caregiver", "viewer", "stranger", "camera"):
        assert ask(home, FALLS, who).status_code in (401, 403)
