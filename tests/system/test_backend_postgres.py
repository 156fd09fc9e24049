"""The server with its database in PostgreSQL."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import ProgrammingError

import backend.app  # noqa: F401 (it loads each feature's tables)
from backend.cameras import camera_store
from backend.cameras.tables import cameras
from backend.escalation.links import AnswerClaims
from backend.incidents.store import incidents
from backend.media.consents import of_source
from backend.seen import within
from backend.storage.blobs import Blobs
from backend.storage.database import (
    Database,
    FactoryPostgres,
    PostgresDatabase,
    open_factory_database,
)
from backend.storage.postgres_session import FRESH_SEC
from backend.storage.tables import factory_metadata, metadata
from backend.versions.service import VersionService
from backend.versions.store import ship
from contract.media import ImageType
from contract.trouble import SERVER
from contract.versions import DETECTOR, Alias, Version
from testkit.asked_home import asked_home
from testkit.figures import figure, figures
from testkit.households import HOME
from testkit.picture_store import PictureStore
from testkit.postgres import PROGRAMS, Postgres, running_postgres
from testkit.processes import free_port
from testkit.telling_pictures import telling
from testkit.versions import by_names_alone
from testkit.workers import Workplace, courses, overlapping

Eventually = Callable[..., Any]
MakeEvent = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def installed() -> Iterator[Postgres]:
    if PROGRAMS is None:
        pytest.skip("needs PostgreSQL")
    with running_postgres() as postgres:
        yield postgres


@pytest.fixture
def postgres(installed: Postgres, command: Any) -> Postgres:
    """With today's schema, and empty."""
    status, said = command.run("migrate-database", DATABASE_URL=installed.url)
    assert (status, "the database has the schema" in said) == (0, True), said
    tables = ", ".join([*metadata.tables, *factory_metadata.tables])
    installed.ask(f"TRUNCATE {tables}")
    return installed


def plain(postgres: Postgres) -> str:
    return postgres.url.replace("+psycopg", "")


def test_database_without_the_schema_stops_the_start_and_says_what_to_run(
    installed: Postgres, command: Any
) -> None:
    settings = {"DATABASE_URL": installed.url, "ALLOW_WITHOUT_KEY": "true"}
    status, said = command.run("run-backend", "--port", str(free_port()), **settings)
    assert status == 1
    assert "run migrate-database" in said
    assert "Traceback" not in said


def test_fall_is_alerted_once_over_a_kill_and_its_incident_is_found(
    postgres: Postgres,
    server_factory: Callable[..., Any],
    sandbox: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    server = server_factory(DATABASE_URL=postgres.url)
    start = make_event("START", incident_id="i", ts=1.0e9)
    end = make_event("END", incident_id="i", ts=1.0e9 + 2, duration_sec=2.0)
    server.send(start)
    server.send(end)
    eventually(lambda: server.health()["alerts"]["counts"]["sent"] == 1)
    server.kill()
    server.start()
    server.send(end, start)
    (incident,) = server.get("/incidents").json()
    assert (incident["state"], incident["label"], incident["ended_at"]) == (
        "notified",
        "fall",
        1.0e9 + 2,
    )
    assert server.get(f"/incidents/{incident['id']}").json() == incident
    assert len(server.recent()) == 2
    assert len(sandbox.texts()) == 1
    assert not (server.data_dir / "database").exists()
    text = server.get("/metrics").text
    assert figure(text, "dolbom_incidents", label="fall", verdict="none") == 1.0
    assert set(figures(text, "dolbom_scrape_failures_total")) == {0.0}


def test_database_that_goes_away_is_said_and_nothing_is_lost(
    postgres: Postgres,
    server_factory: Callable[..., Any],
    sandbox: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    server = server_factory(DATABASE_URL=postgres.url)
    fall = make_event("END")
    postgres.stop()
    try:
        server.send(make_event("PROBS"))
        answer = server.post("/event/payload", fall)
        assert (answer.status_code, answer.json()["code"]) == (503, "log_unavailable")
        answer = server.get("/incidents")
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        health = server.health()
        assert health["log"]["reason"] == "the database does not answer"
        scraped = server.get("/metrics").raise_for_status().text
        assert figure(scraped, "dolbom_scrape_failures_total", part="alerts") == 1.0
        assert figure(scraped, "dolbom_escalations_open") is None
        assert figure(scraped, "dolbom_journal_failing") == 1.0
    finally:
        postgres.start()
    server.send(fall)
    server.send(fall)
    eventually(lambda: server.health()["status"] == "ok" and sandbox.texts(), timeout=60)
    # That the log could not take it was a trouble of its own.
    assert sandbox.told("낙상 (넘어짐) 감지") == ["낙상 (넘어짐) 감지"]
    of_cameras = [it for it in server.records() if it["camera_id"] != SERVER]
    assert [it["event_type"] for it in of_cameras] == ["PROBS", "END"]


def test_household_lives_there_as_in_a_file(postgres: Postgres, tmp_path: Path) -> None:
    fall = {"event_type": "START", "event_id": "one", "camera_id": "hall", "event": "fall"}
    with asked_home(tmp_path, database_url=SecretStr(postgres.url)) as home:
        home.ask("household", "POST", "/event/payload", json=fall | {"ts": time.time()})
        (incident,) = home.ask("owner", "GET", "/incidents").json()
        for step, said in (
            ("acknowledgement", {"answer": "going"}),
            ("verdict", {"verdict": "fall"}),
            ("notes", {"text": "그녀는 괜찮다"}),
            ("resolution", {}),
        ):
            answer = home.ask("caregiver", "POST", f"/incidents/{incident['id']}/{step}", json=said)
            assert answer.status_code == 200, answer.text
        stars = f"/incidents/{incident['id']}/rating"
        for who, given in (("caregiver", 5), ("owner", 4)):
            home.ask(who, "PUT", stars, json={"stars": given}).raise_for_status()
        assert home.ask("owner", "GET", stars).json() == {"mean": 4.5, "count": 2, "mine": 4}
        course = home.ask("viewer", "GET", f"/incidents/{incident['id']}/course").text
        assert "그녀는 괜찮다" in course
        for path in home.paths(incident["id"]):
            for headers in ({"Accept": "*/*"}, {"Accept": "text/html"}):
                assert home.ask("owner", "GET", path, headers=headers).status_code < 500, path
    with psycopg.connect(plain(postgres)) as db:
        assert db.execute("SELECT answer FROM answers").fetchall()[0] == ("going",)


def test_servers_that_start_at_once_ship_one_version(
    postgres: Postgres, tmp_path: Path, eventually: Eventually
) -> None:
    folders = {DETECTOR: by_names_alone(tmp_path / "checkpoint")}

    def shipped(database: Database) -> Version | None:
        versions = VersionService(database, Blobs(tmp_path / "blobs"), shipped=folders)
        return versions.named(DETECTOR, Alias.PRODUCTION, HOME)

    version = shipped(open_factory_database(None, tmp_path))
    assert version is not None
    first, second = FactoryPostgres(postgres.url), FactoryPostgres(postgres.url)
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with ThreadPoolExecutor() as pool, psycopg.connect(plain(postgres), autocommit=True) as asked:
        with first.writing() as db:
            ship(db, version)
            other = pool.submit(shipped, second)
            eventually(lambda: asked.execute(waits).fetchall() == [(1,)])
        found = other.result()
    assert found is not None
    assert found.id == version.id
    first.close()
    second.close()


def test_pictures_live_there_as_in_a_file(postgres: Postgres, tmp_path: Path) -> None:
    database = FactoryPostgres(postgres.url)
    store = PictureStore(tmp_path, other=database)
    store.consent("거실", 7)
    picture = telling(ImageType.JPEG, (64, 48))
    kept = store.keep(picture)
    of_camera = store.media.keep_camera_picture("거실", picture, "i", HOME)
    store.views.note(kept, "original", 1)
    assert [it.id for it in store.media.newest(HOME)] == [of_camera.id, kept.id]
    store.consent(None, 1)
    store.consents.withdraw("거실", HOME)
    assert [it.camera_id for it in store.consents.all(HOME)] == [None]
    assert store.media.erase_all(*of_source("거실", 1)) == 1
    store.clock.now += 86_401
    assert store.sweeper.sweep() == 1
    assert list(store.driver.keys("images/")) == []
    assert len(store.views.newest(kept.id, HOME)) == 1
    database.close()


def test_job_is_carried_out_through_a_kill_and_an_absence(
    postgres: Postgres, tmp_path: Path, eventually: Eventually
) -> None:
    place = Workplace(tmp_path / "data", postgres.url)
    try:
        job = place.ask(epochs=40, epoch_sec=0.1)

        def processes() -> int:
            return len(courses(place.diary())[job.id].pids)

        place.start()
        eventually(lambda: processes() == 1)
        place.stop(signal.SIGKILL)
        place.start()
        eventually(lambda: processes() == 2)
        postgres.stop()
        postgres.start()
        done = eventually(lambda: (it := place.jobs.find(job.id, HOME)).ended_at and it)
        assert (done.state, done.failure) == ("completed", None)
        diary = place.diary()
        assert set(courses(diary)[job.id].counted) == set(range(1, 41))
        assert overlapping(diary) == []
        assert not list(place.data_dir.glob("jobs/*.sqlite3"))
    finally:
        place.close()


@pytest.fixture
def fenced(postgres: Postgres) -> Iterator[PostgresDatabase]:
    """As a server has it."""
    database = PostgresDatabase(postgres.let_server_in(postgres.url))
    yield database
    database.close()


def test_request_of_one_household_neither_finds_nor_writes_rows_of_another(
    fenced: PostgresDatabase,
) -> None:
    with fenced.writing() as db:
        for household_id, camera_id in ((1, "hall"), (2, "hall.h2")):
            camera_store.keep(db, household_id, camera_id, place="there")

    def seen() -> list[str]:
        with fenced.reading() as db:
            return [it.camera_id for it in camera_store.all_cameras(db)]

    assert seen() == ["hall", "hall.h2"], "the server's own rounds see all"
    with within(2):
        assert seen() == ["hall.h2"]
        with fenced.writing() as db:
            changed = db.execute(update(cameras).values(place="elsewhere")).rowcount
            assert (changed, db.execute(delete(incidents)).rowcount) == (1, 0)
        with pytest.raises(ProgrammingError, match="row-level security"), fenced.writing() as db:
            camera_store.keep(db, 1, "kitchen", place="wrong")
        with within(None):
            assert seen() == ["hall", "hall.h2"]
    with fenced.reading() as db:
        places = dict(db.execute(select(cameras.c.camera_id, cameras.c.place)).all())
    assert places == {"hall": "there", "hall.h2": "elsewhere"}


def test_question_outside_of_a_fence_needs_no_transaction_and_within_one_has_it(
    fenced: PostgresDatabase,
) -> None:
    began = select(func.now())  # when the transaction has begun

    def asked_twice() -> tuple[datetime, datetime]:
        with fenced.reading() as db:
            return db.execute(began).scalar_one(), db.execute(began).scalar_one()

    first, second = asked_twice()
    assert first < second
    with within(2):
        first, second = asked_twice()
    assert first == second


def test_session_that_was_ended_while_nobody_used_it_is_replaced(
    fenced: PostgresDatabase, postgres: Postgres
) -> None:
    def session() -> int:
        with fenced.reading() as db:
            return db.execute(select(func.pg_backend_pid())).scalar_one()

    before = session()
    assert session() == before
    time.sleep(FRESH_SEC)
    postgres.ask(f"SELECT pg_terminate_backend({before})")
    assert session() != before


def test_every_table_of_a_household_is_fenced_or_says_who_belongs_where(
    postgres: Postgres,
) -> None:
    open_to_all = {"memberships", "sessions", "invitations", "household_keys", "contacts"}
    owned = {table.name for table in metadata.tables.values() if "household_id" in table.c}
    with psycopg.connect(plain(postgres)) as db:
        forced = db.execute("SELECT relname FROM pg_class WHERE relforcerowsecurity").fetchall()
    assert {name for (name,) in forced} == owned - open_to_all


def test_requests_of_two_households_and_the_keys_of_both_stand_side_by_side(
    fenced: PostgresDatabase, postgres: Postgres, tmp_path: Path
) -> None:
    url = SecretStr(postgres.url.replace("dolbom@", "server@"))
    with asked_home(tmp_path, database_url=url) as home:
        made = home.ask("household", "POST", "/households", json={"name": "301호"}).json()
        keys = f"/households/{made['household_id']}/keys"
        home.keys["room"] = home.ask("household", "POST", keys, json={"name": "a"}).json()["key"]
        for who, camera_id in (("room", "bath.h2"), ("household", "bath")):
            code = home.ask(who, "POST", "/cameras", json={"camera_id": "bath"}).json()
            paired = home.ask("stranger", "POST", "/pairing", json={"code": code["code"]}).json()
            assert paired["camera_id"] == camera_id
            home.keys[camera_id] = paired["key"]
            where = home.ask(who, "PUT", f"/cameras/{camera_id}", json={"place": "문 옆"})
            assert where.json()["place"] == "문 옆"
        removed = home.ask("room", "DELETE", "/cameras/bath.h2")
        assert removed.status_code == 200
        assert home.ask("bath", "GET", "/cameras/bath/zones").status_code == 200
        assert home.ask("bath.h2", "GET", "/cameras/bath.h2/zones").status_code == 401


def test_who_is_of_two_households_joins_and_answers_in_the_one_that_is_not_looked_at(
    fenced: PostgresDatabase, postgres: Postgres, tmp_path: Path
) -> None:
    url = SecretStr(postgres.url.replace("dolbom@", "server@"))
    with asked_home(tmp_path, database_url=url) as home:

        def ask(who: str, path: str, body: object = None, **options: Any) -> dict[str, Any]:
            options |= {"json": body} if body is not None else {}
            return dict(home.ask(who, "POST", path, **options).raise_for_status().json())

        me = home.ask("owner", "GET", "/auth/me").json()["person_id"]
        ask("household", "/households", {"name": "301호", "owner_id": me})
        home.keys["room"] = ask("household", "/households/2/keys", {"name": "a"})["key"]
        invited = ask("room", "/people/invitations", {"role": "caregiver"})["address"]
        code = {"invitation": invited.rpartition("/")[2]}
        joined = ask("caregiver", "/people/invitations/accept", code)
        ask("caregiver", "/auth/household", {"household_id": 1})
        fall = {"event_type": "START", "event": "fall", "ts": time.time(), "incident_id": "1"}
        ask("room", "/event/payload", fall | {"event_id": "1", "camera_id": "bath.h2"})
        (incident,) = home.ask("room", "GET", "/incidents").json()
        claims = AnswerClaims(incident_id=incident["id"], household_id=2, person_id=joined["id"])
        link = f"/answer/{home.app.state.answer_links.sign(claims, time.time())}"
        page = home.ask("caregiver", "GET", link, headers={"Accept": "text/html"})
        assert page.status_code == 200, page.text
        given = ask("caregiver", link, {"answer": "going"})
        assert given["state"]["answered_by"] == joined["id"]
