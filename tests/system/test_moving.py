"""`move-database`: from the files to a real PostgreSQL and back."""

import shutil
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select, text, update

import backend.app  # noqa: F401 (it loads each feature's tables)
from backend.comments.tables import comments
from backend.moving.errors import CannotMove
from backend.moving.places import Files, Place
from backend.moving.places import Postgres as InPostgres
from backend.moving.rows import Content, content_of
from backend.moving.service import SCHEMAS, count_tables, move, stopped
from backend.people.tables import people
from backend.sample.plan import SampleWanted
from backend.sample.service import make_sample
from backend.sample.story import FEWEST_DAYS
from backend.storage.migrate import HOUSEHOLD
from common.files import sha256_of
from testkit.all_tables import HIGHEST, ROWS, fill
from testkit.postgres import PROGRAMS, Postgres, running_postgres
from testkit.sample_home import SampleHome, opened

WANTED = SampleWanted(last=date(2026, 11, 22), days=FEWEST_DAYS, cameras=2)
JSON = {"Accept": "application/json"}
PATHS = (
    *("/incidents", "/incidents/{}", "/incidents/{}/course", "/incidents/{}/notes"),
    *("/incidents/{}/rating", "/people", "/cameras", "/contacts", "/alerts/dead-letters"),
    *("/activity/summary", "/event/recent?limit=50", "/jobs", "/datasets", "/images"),
)


def nothing() -> None:
    """Nobody looks."""


@pytest.fixture(scope="module")
def installed() -> Iterator[Postgres]:
    if PROGRAMS is None:
        pytest.skip("needs PostgreSQL")
    with running_postgres() as postgres:
        yield postgres


def files_in(folder: Path) -> Files:
    return Files(folder / "database" / "dolbom.sqlite3", folder / "jobs" / "factory.sqlite3")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """With rows in each table; nobody writes there."""
    made = files_in(tmp_path_factory.mktemp("filled"))
    for schema in SCHEMAS:
        with made.writing(schema) as db:
            fill(db, schema)
    return made


@pytest.fixture
def changed(filled: Files, tmp_path: Path) -> Files:
    """A copy, of which the household's rows may be changed."""
    return Files(Path(shutil.copy(filled.household, tmp_path)), filled.factory)


@pytest.fixture(scope="module")
def moved(filled: Files, installed: Postgres) -> InPostgres:
    """Where the rows have come to; what is written there is taken back."""
    there, steps = InPostgres(installed.make_database("moved")), list[int]()
    rows = move(filled, there, lambda: steps.append(1))
    assert (rows, len(steps)) == (sum(it.rows for it in contents(filled).values()), count_tables())
    return there


def contents(place: Place) -> dict[str, Content]:
    found = {}
    for schema in SCHEMAS:
        with place.reading(schema) as db:
            tables = schema.metadata.sorted_tables
            found |= {table.name: content_of(db, table) for table in tables}
    return found


def test_each_row_of_each_table_goes_there_and_back(
    filled: Files, moved: InPostgres, tmp_path: Path
) -> None:
    wanted, back = contents(filled), files_in(tmp_path)
    assert len(wanted) == count_tables() > 50
    assert all(content.rows >= ROWS - 1 for content in wanted.values())
    assert contents(moved) == wanted
    assert move(filled, moved, nothing) == move(moved, back, nothing)
    assert contents(back) == wanted
    assert next_numbers(back) == next_numbers(moved) == (HIGHEST + 1, ROWS + 1)


def next_numbers(place: Place) -> tuple[int, int]:
    """Those that the next comment and the next person would get, which is taken back."""
    said = {"household_id": 1, "subject_kind": "incident", "subject_id": "i", "text": "예"}
    with place.writing(HOUSEHOLD) as db:
        comment = db.execute(insert(comments).values(said | {"at": 1.8e9})).inserted_primary_key
        row = db.execute(select(people).where(people.c.number == 1)).mappings().one()
        other = {name: value for name, value in row.items() if name != "number"}
        person = db.execute(insert(people).values(other | {"login": "x"})).inserted_primary_key
        assert comment is not None
        assert person is not None
        db.get_transaction().rollback()
        return comment[0], person[0]


def test_backup_of_postgres_is_files_with_the_same_rows(
    filled: Files, moved: InPostgres, tmp_path: Path
) -> None:
    copies = files_in(tmp_path)
    for schema in SCHEMAS:
        copies.path(schema).parent.mkdir(parents=True)
        moved.copy_to(schema, copies.path(schema))
    assert contents(copies) == contents(filled)


def test_place_with_other_rows_is_refused_and_stays_as_it_is(
    filled: Files, changed: Files, moved: InPostgres
) -> None:
    with changed.writing(HOUSEHOLD) as db:
        db.execute(update(people).where(people.c.number == 1).values(name="다른 사람"))
    with pytest.raises(CannotMove, match="expected no rows in the table people"):
        move(changed, moved, nothing)
    assert contents(moved) == contents(filled)


def test_row_that_does_not_fit_is_named_and_none_goes(changed: Files, installed: Postgres) -> None:
    there = InPostgres(installed.make_database("empty"))
    with changed.writing(HOUSEHOLD) as db:
        db.execute(text("UPDATE comments SET text = 'a' || char(0) || 'b'"))
    with pytest.raises(CannotMove, match=r"the table comments does not fit there: .* NUL"):
        move(changed, there, nothing)
    with there.reading(HOUSEHOLD) as db:
        assert db.scalar(select(people.c.number)) is None


def test_folder_without_a_database_is_named(moved: InPostgres, tmp_path: Path) -> None:
    with pytest.raises(CannotMove, match="expected a database at"):
        move(files_in(tmp_path), moved, nothing)


def test_schema_that_is_not_known_is_refused(changed: Files, moved: InPostgres) -> None:
    with changed.writing(HOUSEHOLD) as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))
    with pytest.raises(CannotMove, match="9999_later, which is not known here"):
        move(changed, moved, nothing)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleHome:
    data_dir = tmp_path_factory.mktemp("sample") / "data"
    return SampleHome(data_dir, make_sample(data_dir, WANTED))


def answers(home: Any, paths: list[str]) -> dict[str, str]:
    asked = {path: home.ask("owner", "GET", path, headers=JSON) for path in paths}
    return {path: answer.raise_for_status().text for path, answer in asked.items()}


def test_household_is_the_same_there(sample: SampleHome, installed: Postgres, command: Any) -> None:
    url = installed.make_database("household")
    settings = {"DATA_DIR": sample.data_dir, "DATABASE_URL": url}
    with opened(sample) as home:
        incident = home.ask("owner", "GET", "/incidents").json()[0]["id"]
        note = {"text": "그녀는 괜찮다"}
        home.ask("owner", "POST", f"/incidents/{incident}/notes", json=note).raise_for_status()
        paths = [path.format(incident) for path in PATHS]
        before = answers(home, paths)
        with pytest.raises(CannotMove, match=r"the server runs on .*: stop it first"):
            stopped(sample.data_dir).__enter__()
    files = files_in(sample.data_dir)
    digests = [sha256_of(path) for path in (files.household, files.factory)]
    status, said = command.run("move-database", **settings)
    assert (status, "each table compared" in said) == (0, True), said
    assert [sha256_of(path) for path in (files.household, files.factory)] == digests
    with opened(sample, database_url=SecretStr(url)) as home:
        assert answers(home, paths) == before
    assert "괜찮다" in before[f"/incidents/{incident}/notes"]


def test_command_says_what_it_expects(command: Any) -> None:
    status, said = command.run("move-database", DATABASE_URL="sqlite:///other.sqlite3")
    assert (status, "DATABASE_URL: expected postgresql+psycopg://" in said) == (2, True), said


def test_encoding_that_lacks_letters_is_named_with_what_was_expected(
    changed: Files, installed: Postgres, command: Any
) -> None:
    url = installed.make_database("in_bytes", "SQL_ASCII")
    expected = "its encoding is SQL_ASCII, expected UTF8: make it anew by CREATE DATABASE"
    with pytest.raises(CannotMove, match=expected):
        move(changed, InPostgres(url), nothing)
    for program in ("migrate-database", "run-backend"):
        status, said = command.run(program, DATABASE_URL=url, ALLOW_WITHOUT_KEY="true")
        assert (status, expected in said, "Traceback" in said) == (1, True, False), said


@pytest.mark.skipif(PROGRAMS is None, reason="needs PostgreSQL")
def test_control_postgres_of_a_test_is_gone_also_where_the_test_fails() -> None:
    with pytest.raises(ZeroDivisionError), running_postgres() as postgres:
        _ = 1 / int(not postgres.runs)
    assert not postgres.folder.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", postgres.port))
