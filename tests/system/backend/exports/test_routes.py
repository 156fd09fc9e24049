"""/exports over HTTP, by an owner."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.exports import ExportMade
from testkit.asked_home import AskedHome, asked_home
from testkit.households import HOME
from testkit.versions import by_names_alone, register

CONTENT = bytes(range(256)) * 20
WANTED = {"version_id": "one", "format": "litert", "precision": "half"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHome]:
    folder = tmp_path_factory.mktemp("exports")
    checkpoint = by_names_alone(folder / "one", "d9d2b1f5", "weights.pt")
    with asked_home(folder / "data") as home:
        register(home.app.state.versions, checkpoint, "one")
        yield home


def ask(home: AskedHome, method: str, path: str, **options: Any) -> Any:
    return home.ask("owner", method, path, **options)


def make(home: AskedHome, job_id: str, folder: Path) -> None:
    (folder / "model.half.tflite").write_bytes(CONTENT)
    made = ExportMade(file="model.half.tflite", difference=2.7e-4, checked_on="1000 windows")
    state = home.app.state
    state.exports.keep(state.jobs.find(job_id, HOME), made, folder / made.file)


def test_it_is_asked_for_found_and_downloaded(home: AskedHome, tmp_path: Path) -> None:
    export = ask(home, "POST", "/exports", json=WANTED).raise_for_status().json()
    assert (export["state"], export["created_by"]) == ("queued", 1)
    address = f"/exports/{export['id']}"
    early = ask(home, "GET", f"{address}/download")
    assert (early.status_code, early.json()["code"]) == (409, "not_finished")

    make(home, export["job_id"], tmp_path)
    found = ask(home, "GET", address).json()
    assert (found["difference"], found["checked_on"]) == (2.7e-4, "1000 windows")
    assert ask(home, "GET", "/exports", params={"version_id": "one"}).json() == [found]
    assert ask(home, "POST", "/exports", json=WANTED).json()["file"] == found["file"]

    whole = ask(home, "GET", f"{address}/download")
    assert whole.content == CONTENT
    name = 'attachment; filename="fall-lstm-d9d2b1f5.half.tflite"'
    assert whole.headers["content-disposition"] == name
    part = ask(home, "GET", f"{address}/download", headers={"Range": "bytes=100-299"})
    assert (part.status_code, part.content) == (206, CONTENT[100:300])


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (WANTED | {"version_id": "two"}, 404, "no version two"),
        (WANTED | {"version_id": ""}, 422, "version_id: "),
        (WANTED | {"format": "gguf"}, 422, "'onnx', 'torchscript', 'pt2', 'litert'"),
        (WANTED | {"precision": 8}, 422, "'full' or 'half'"),
        (WANTED | {"color": "red"}, 422, "color: "),
        ({"format": "onnx"}, 422, "version_id: "),
        ([], 422, "body: "),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    home: AskedHome, body: Any, status: int, said: str
) -> None:
    answer = ask(home, "POST", "/exports", json=body)
    assert answer.status_code == status
    assert said in answer.json()["message"]


@pytest.mark.parametrize("path", ["/exports/9999", "/exports/9999/download", "/exports/%F0%9F"])
def test_an_unknown_export_is_said_to_be_unknown(home: AskedHome, path: str) -> None:
    answer = ask(home, "GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_export")


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "many"}, {"version_id": "x" * 200}])
def test_a_wrong_question_is_refused(home: AskedHome, query: dict[str, str]) -> None:
    assert ask(home, "GET", "/exports", params=query).status_code == 422


def test_a_file_that_is_gone_is_said_to_be_gone(home: AskedHome, tmp_path: Path) -> None:
    wanted = WANTED | {"precision": "full"}
    export = ask(home, "POST", "/exports", json=wanted).raise_for_status().json()
    make(home, export["job_id"], tmp_path)
    found = ask(home, "GET", f"/exports/{export['id']}").json()
    home.app.state.blobs.delete(found["file"])
    answer = ask(home, "GET", f"/exports/{export['id']}/download")
    assert (answer.status_code, answer.json()["code"]) == (503, "blob_unavailable")
