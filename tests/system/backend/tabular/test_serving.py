"""Rows answered by a server: by what ships, by what is in production, and what is kept of it."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.jobs.service import JobService
from backend.storage.blobs import Blobs
from backend.storage.database import open_factory_database
from backend.tabular.batch_service import BatchService
from backend.versions import store
from backend.versions.files import keep_files
from common.files import sha256_of
from contract.tabular import OWN_TABLE, BatchMade
from contract.versions import Version, VersionFigures
from testkit.households import HOME
from testkit.load import ask, post
from testkit.tabular_models import A_ROW, make_model

ECLO = "/api/predict/eclo"
OFFSET = 100.0
"""Between the answers of two versions: none can be taken for the other's."""
Eventually = Callable[..., Any]


def registered(data_dir: Path, folder: Path) -> Version:
    """A version of a household's own recipe, as a training registers it."""
    blobs, database = Blobs(data_dir / "blobs"), open_factory_database(None, data_dir)
    files = {path.name: sha256_of(path) for path in folder.iterdir()}
    keep_files(blobs, folder, files)
    version = Version(
        id=folder.name,
        household_id=1,
        recipe=OWN_TABLE,
        version=json.loads((folder / "schema.json").read_bytes())["version"],
        files=files,
        metrics=VersionFigures(),
        base_id=None,
        dataset_version_ids=(),
        job_id=folder.name,
        created_by=None,
        created_at=1.0,
    )
    with database.writing() as db:
        store.add(db, version)
    database.close()
    return version


def name_production(server: Any, version: Version) -> None:
    said = {"alias": "production", "reason": "a test"}
    server.post(f"/versions/{version.id}/alias", said).raise_for_status()


def test_row_is_answered_in_words_with_its_interval_and_reasons(asked_server: Any) -> None:
    answer = asked_server.post(ECLO, A_ROW).raise_for_status().json()
    assert answer["low"] < answer["value"] < answer["high"]
    assert answer["is_generated"] is True
    assert (answer["interpretation"], answer["warnings"]) == ("무거움", [])
    assert {reason["feature"] for reason in answer["reasons"]} <= set(A_ROW)
    odd = {"weather": "hail", "speed_limit": 500}
    told = asked_server.post(f"{ECLO}?language=en", odd).json()
    assert "weather: the training had no hail, so it counts as missing" in told["warnings"]
    assert "hour is missing, and the answer does without it" in told["warnings"]
    assert any("500 is beyond what was learnt from" in it for it in told["warnings"])


def test_models_say_what_they_read_and_why_one_answers_nobody(asked_server: Any) -> None:
    eclo, fall_risk = asked_server.get("/api/predict", language="en").json()
    assert [it["name"] for it in eclo["features"]] == list(A_ROW)
    assert (eclo["refusal"], eclo["is_generated"]) == (None, True)
    assert "simulated households" in fall_risk["refusal"]
    for path, body in (("", A_ROW), ("/batch", {"dataset_version_id": "x"})):
        refusal = asked_server.post(f"/api/predict/fall_risk{path}?language=en", body)
        assert (refusal.status_code, refusal.json()["code"]) == (409, "simulated_model")
        assert "train it on real data" in refusal.json()["message"]
    assert asked_server.get("/api/predict/fall_risk/history").json() == []
    assert asked_server.health()["tabular"]["status"] == "ok"


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        (ECLO, '{"speed": 60}', 422, "speed: expected only weather, speed_limit"),
        (ECLO, '{"hour": NaN}', 422, "expected finite numbers"),
        (ECLO, '{"hour": {"a": 1}}', 422, "got an object"),
        (ECLO, '{"hour": 1' + "0" * 400 + "}", 422, "expected finite numbers"),
        (ECLO, "[" * 10_000, 400, "expected a JSON body"),
        (ECLO, '{"weather": "' + "x" * 70_000 + '"}', 413, "expected at most 65536 bytes"),
        (f"{ECLO}?language=fr", "{}", 422, "language: expected ko or en"),
        ("/api/predict/eclo2", "{}", 404, "expected one of: eclo, fall_risk, tabular"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_was_expected(
    asked_server: Any, path: str, body: str, status: int, said: str
) -> None:
    answer = asked_server.post(path, content=body)
    assert answer.status_code == status
    assert said in answer.json()["message"]


def test_batch_is_asked_for_and_downloaded_once_it_is_whole(
    asked_server: Any, tmp_path: Path
) -> None:
    server, path = asked_server, f"{ECLO}/batch"
    as_csv = {"Content-Type": "text/csv; charset=utf-8"}
    asked = server.post(path, content=b"id,hour\n1,7\n", headers=as_csv).raise_for_status().json()
    assert (asked["state"], asked["source"], asked["is_generated"]) == ("queued", "csv", True)
    assert [it["job_id"] for it in server.get(path).json()] == [asked["job_id"]]
    one = f"{path}/{asked['job_id']}"
    early = server.get(f"{one}/download")
    assert (early.status_code, early.json()["code"]) == (409, "batch_not_finished")
    database = open_factory_database(None, server.data_dir)
    jobs, blobs = JobService(database), Blobs(server.data_dir / "blobs")
    made = tmp_path / "answers.csv"
    made.write_bytes(b"id,hour,predicted\n1,7,3\n")
    service = BatchService(database, jobs, blobs)
    service.keep(jobs.find(asked["job_id"], HOME), BatchMade(rows=1), made)
    database.close()
    answer = server.get(f"{one}/download").raise_for_status()
    assert answer.content == made.read_bytes()
    assert answer.headers["content-disposition"].startswith('attachment; filename="eclo-')
    assert server.get(one).json()["rows"] == 1
    assert server.get(f"/api/predict/tabular/batch/{asked['job_id']}").status_code == 404
    server.http.delete(one).raise_for_status()
    assert server.get(one).json()["code"] == "unknown_batch"
    assert server.get(f"/jobs/{asked['job_id']}").json()["state"] == "cancelled"


@pytest.mark.parametrize(
    ("content", "media_type", "status", "said"),
    [
        (b"id\n1\n", "text/csv", 422, "expected a header with some of the columns weather"),
        (b"", "text/csv", 422, "expected a header with some of the columns weather"),
        (b"hour,hour\n1,2\n", "text/csv", 422, "expected one column hour"),
        (b"\xff\xfeh\x00", "text/csv", 422, "expected a CSV file in UTF-8"),
        (b"hour\n1\n", "text/plain", 422, "Content-Type: expected text/csv or application/json"),
        (b'{"dataset_version_id": "x"}', "application/json", 404, "no version 'x'"),
        (b'{"rows": 3}', "application/json", 422, "dataset_version_id: Field required"),
    ],
)
def test_what_is_no_table_is_refused(
    asked_server: Any, content: bytes, media_type: str, status: int, said: str
) -> None:
    answer = asked_server.post(
        f"{ECLO}/batch", content=content, headers={"Content-Type": media_type}
    )
    assert answer.status_code == status
    assert said in answer.json()["message"]


def test_version_takes_over_between_two_questions_and_drops_none(
    asked_server: Any, tmp_path: Path, eventually: Eventually
) -> None:
    server, path = asked_server, "/api/predict/tabular"
    assert server.post(path, A_ROW).json()["code"] == "not_in_production"
    versions = [
        registered(server.data_dir, make_model(tmp_path / name, OWN_TABLE, offset))
        for name, offset in (("first", 0.0), ("second", OFFSET))
    ]
    name_production(server, versions[0])
    eventually(lambda: server.post(path, A_ROW).status_code == 200)
    stopping = threading.Event()
    moves = threading.Thread(target=_move_until, args=(server, versions, stopping))
    moves.start()
    load = ask(server.port, 8, lambda _: post(path, json.dumps(A_ROW).encode()), 3.0)
    stopping.set()
    moves.join()
    assert load.answers > 100  # `ask` raises for any answer but 200
    for version, offset in zip(versions, (0.0, OFFSET), strict=True):
        kept = server.get(f"{path}/history", version=version.version, limit=1000).json()
        assert kept
        assert all(offset < it["value"] < offset + 50 for it in kept)


def _move_until(server: Any, versions: list[Version], stopping: threading.Event) -> None:
    number = 0
    while not stopping.wait(0.2):
        number += 1
        name_production(server, versions[number % 2])


def test_history_outlives_a_restart_and_a_full_disk_and_is_forgotten(
    asked_server: Any, eventually: Eventually
) -> None:
    server, history = asked_server, f"{ECLO}/history"
    server.http.delete(history).raise_for_status()
    first = server.post(ECLO, A_ROW).json()
    (kept,) = server.get(history).json()
    assert (kept["prediction_id"], kept["row"]) == (first["prediction_id"], A_ROW)
    server.restart()
    second = server.post(ECLO, A_ROW | {"hour": 3}).json()
    ids = [it["prediction_id"] for it in server.get(history).json()]
    assert ids == [second["prediction_id"], first["prediction_id"]]
    eventually(lambda: server.health()["tabular"]["waiting"] == 0)
    server.limit_files(0)
    third = server.post(ECLO, A_ROW).raise_for_status().json()
    eventually(lambda: "are not kept" in (server.health()["tabular"]["reason"] or ""))
    shown = server.get(history, limit=1).json()
    assert [it["prediction_id"] for it in shown] == [third["prediction_id"]]
    server.limit_files()
    eventually(lambda: server.health()["tabular"]["status"] == "ok")
    assert server.http.delete(history).json() == {"erased": 3}
    assert server.get(history).json() == []
