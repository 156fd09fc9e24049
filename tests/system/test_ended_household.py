"""A household that had something of everything is ended: what is left of it is a number.

Another household has something of everything too, and keeps all of it.
"""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.jobs.tables import jobs
from contract.jobs import JobState
from testkit.asked_home import PASSWORD, AskedHome, asked_home
from testkit.full_household import CANARY, FullHousehold
from testkit.households import HOME
from testkit.kept_rows import Kept, kept
from testkit.postgres import PROGRAMS, running_postgres

WAIT_SEC = 30.0
LEFT = {"households", "erasures"}
"""The tables that keep a line of it."""
NEIGHBOURS = "neighbours-51d8"
"""In what household 1 has typed."""
IN_POSTGRES = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAMS is None, reason="needs PostgreSQL"),
]


@pytest.fixture(scope="module")
def fenced_database() -> Iterator[str]:
    """The address of one in PostgreSQL, of a role that its fence holds."""
    with running_postgres() as postgres:
        yield postgres.let_server_in(postgres.make_migrated("ended"))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=IN_POSTGRES)])
def settings(request: pytest.FixtureRequest) -> dict[str, str]:
    """Where the rows are."""
    if request.param == "sqlite":
        return {}
    return {"database_url": request.getfixturevalue("fenced_database")}


@pytest.fixture(scope="module")
def data_dir(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ended") / "data"


@pytest.fixture(scope="module")
def home(data_dir: Path, settings: dict[str, str]) -> Iterator[AskedHome]:
    """A server with household 2, whose owner is Sora; Bora and whoever is caregiver are in it."""
    with asked_home(data_dir, **settings) as opened:
        address = ask(opened, "household", "/households", {"name": "301호"})["setup_address"]
        opened.keys["sora"] = join(opened, "sora", address)
        opened.keys["bora"] = join(opened, "bora", invite(opened))
        code = {"invitation": invite(opened).rpartition("/")[2]}
        ask(opened, "caregiver", "/people/invitations/accept", code)
        opened.keys["key"] = ask(opened, "sora", "/households/2/keys", {"name": "key"})["key"]
        paired = ask(opened, "sora", "/cameras", {"camera_id": "hall"})
        ask(opened, "stranger", "/pairing", {"code": paired["code"]})
        yield opened


@pytest.fixture(scope="module")
def before(home: AskedHome, data_dir: Path) -> Kept:
    """Its rows, once it has something of everything."""
    keys = {"stranger": None, "owner": home.keys["sora"], "household": home.keys["key"]}
    FullHousehold(AskedHome(home.app, home.http, keys), data_dir, 2).fill()
    own = home.ask("household", "PUT", "/people/2", json={"name": "caregiver"})
    assert own.status_code == 200, "who stays keeps her name"
    ask(home, "caregiver", "/contacts", {"kind": "ntfy", "label": "phone"})
    heard: dict[str, object] = {"event_type": "HEARTBEAT", "event_id": "heard", "ts": time.time()}
    heard |= {"state": "watching", "camera_id": f"{CANARY} heard.h2"}
    ask(home, "key", "/event/payload", heard)
    return kept(home, data_dir, 2)


@pytest.fixture(scope="module")
def neighbours(home: AskedHome, data_dir: Path, before: Kept) -> Kept:
    """The rows of household 1, which has something of everything too."""
    FullHousehold(home, data_dir, text=NEIGHBOURS).fill()
    return kept(home, data_dir, HOME)


@pytest.fixture(scope="module")
def invitation(home: AskedHome, before: Kept) -> str:
    """One that nobody has used before the end."""
    return invite(home)


@pytest.fixture(scope="module")
def after(home: AskedHome, data_dir: Path, before: Kept, neighbours: Kept, invitation: str) -> Kept:
    """Its rows once it has ended, and nothing of it is erased any more."""
    name = home.ask("sora", "GET", "/household").json()["name"]
    ended = home.ask("household", "DELETE", "/households/2", json={"name": name})
    assert ended.status_code == 200, ended.text
    give_up_at = time.monotonic() + WAIT_SEC
    while home.app.state.erasures.newest(2, 1)[0].finished_at is None:
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
    return kept(home, data_dir, 2)


def ask(home: AskedHome, who: str, path: str, body: object) -> dict[str, Any]:
    answer = home.ask(who, "POST", path, json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def join(home: AskedHome, login: str, address: str) -> str:
    new = {"login": login, "name": login, "password": PASSWORD}
    new["invitation"] = address.rpartition("/")[2]
    token: str = ask(home, "stranger", "/auth/register", new)["access_token"]
    return token


def invite(home: AskedHome) -> str:
    address: str = ask(home, "sora", "/people/invitations", {"role": "caregiver"})["address"]
    return address


def test_no_row_of_it_is_left_but_its_number_and_what_went(before: Kept, after: Kept) -> None:
    assert len({table for table, rows in before.rows.items() if rows}) > 35
    assert {table for table, rows in after.rows.items() if rows} == LEFT
    (household,), (erasure,) = after.rows["households"], after.rows["erasures"]
    assert household.startswith("(2, '', None, None, None, ")
    assert re.match(r"\(\d+, 2, 'asked', None, None, None, None, ", erasure)


def test_rows_of_another_household_are_all_there(
    home: AskedHome, data_dir: Path, neighbours: Kept, after: Kept
) -> None:
    now = kept(home, data_dir, HOME)
    assert len({table for table, rows in neighbours.rows.items() if rows}) > 35
    lost = {table: rows - now.rows[table] for table, rows in neighbours.rows.items()}
    assert {table: rows for table, rows in lost.items() if rows} == {}
    mine = [line for line in neighbours.elsewhere if NEIGHBOURS in line]
    assert len(mine) > 5
    assert not [line for line in mine if line not in now.elsewhere]


def test_nothing_that_somebody_typed_is_left(home: AskedHome, data_dir: Path, after: Kept) -> None:
    assert not [line for line in after.elsewhere if CANARY in line and "blobs/" not in line]
    wanted = (data_dir / folder for folder in ("database", "events", "zones", "poses", "media"))
    files = [path for folder in wanted for path in folder.rglob("*") if path.is_file()]
    assert not [it for it in files if CANARY.encode() in it.read_bytes()]


def test_nobody_comes_in_by_it(home: AskedHome, after: Kept, invitation: str) -> None:
    for who in ("sora", "bora", "key"):
        assert home.ask(who, "GET", "/household").status_code == 401
    code = {"invitation": invitation.rpartition("/")[2]}
    late = home.ask("owner", "POST", "/people/invitations/accept", json=code)
    assert (late.status_code, late.json()["code"]) == (403, "wrong_code")
    log_in = {"login": "sora", "password": PASSWORD}
    assert home.ask("stranger", "POST", "/auth/login", json=log_in).status_code == 401


def test_who_is_of_another_household_keeps_account_and_contact(
    home: AskedHome, after: Kept
) -> None:
    assert home.ask("caregiver", "GET", "/auth/me").status_code == 401, "she looked there"
    again = {"login": "caregiver", "password": PASSWORD}
    home.keys["caregiver"] = ask(home, "stranger", "/auth/login", again)["access_token"]
    me = home.ask("caregiver", "GET", "/auth/me").json()
    assert [it["household_id"] for it in me["households"]] == [1]
    (contact,) = home.ask("caregiver", "GET", "/contacts").json()
    assert contact["label"] == "phone"


def test_its_cameras_are_missed_by_nobody(
    home: AskedHome, after: Kept, eventually: Callable[..., None]
) -> None:
    state = home.app.state
    eventually(lambda: not [it for it in state.watchdog.cameras if it.endswith(".h2")])
    assert state.watchdog.incidents == []
    assert state.cameras.all(2) == []


def test_its_jobs_are_carried_out_by_no_worker(home: AskedHome, after: Kept) -> None:
    with home.app.state.factory_database.reading() as db:
        waiting = jobs.select().where(jobs.c.state == JobState.QUEUED)
        assert {row.household_id for row in db.execute(waiting)} == {HOME}
