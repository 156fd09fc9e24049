"""A household sees and changes what is its own alone: every operation and page, asked by another.

Household 1 comes to have something of everything. Whoever asks is of household 2, and names what is
household 1's wherever an address, a query or a body takes a name. A route that takes a name which
nobody knows fails: `testkit/full_household.py` has the names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI, Request

from backend.cameras.visits import VisitService
from backend.people.service import PeopleService
from testkit.asked_home import AskedHome
from testkit.full_household import FullHousehold
from testkit.kept_rows import CANARY, Kept, kept, marks
from testkit.past_of_household import Names
from testkit.postgres import PROGRAMS, running_postgres
from testkit.route_walk import NAMES
from testkit.two_households import two_households
from testkit.walk_of_others import NOBODY, Asked, Walk, different, statuses

NOTHING = dict.fromkeys(NAMES, NOBODY)
READERS = ("sora", "their key", "other box")
CHANGERS = ("bora", "their key", "other box")
"""Nobody changes more than a person may within a minute."""
IN_POSTGRES = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAMS is None, reason="needs PostgreSQL"),
]
LOOKS_ARE_LISTED = {"/audit", "/log"}
"""What was asked before is in the answer."""
OF_NOBODY = {
    "/answer/{token}": "for who has the link",
    "/invitation/{code}": "for who has the link",
    "/shared/{token}": "for who has the link",
    "/shared/styles/{token}": "for who has the link",
    "/deployments/edge/{recipe}/files/{sha256}": "of a package that names another file",
    "/deployments/{deployment_id}/file": "of a container's image",
    "/exports/{export_id}/download": "no worker has made it",
    "/api/predict/{model}/batch/{job_id}/download": "no worker has made it",
    "/images/{image_id}/results/{name}": "no worker has made it",
    "/images/{image_id}/thumbnail": "no worker has made it",
    "/kakao/connect": "there is no app at Kakao",
    "/styles/{look_id}/cubes/{size}": "no worker has made it",
    "/styles/night/package": "no look is chosen",
    "/styles/night/package/files/{sha256}": "no look is chosen",
    "/kakao/callback": "nobody has come back",
    "/ask/days/file": "it takes days",
    "/ask/report/file": "it takes days",
}
"""What household 1 itself has nothing of."""
NAMING = re.compile(r"\{(\w+_id|number)[:}]")
TAKEN = {"/cameras/{camera_id:path}/found"}
"""A box says what it has found before anything is kept of its camera."""


@dataclass(frozen=True)
class Seen:
    """What others were answered before household 1 had anything, and then; and its rows."""

    home: AskedHome
    names: Names
    marks: list[str]
    without: dict[str, Asked]
    read: dict[str, Asked]
    of_nothing: dict[str, Asked]
    changed: dict[str, Asked]
    before: Kept
    after: Kept


@pytest.fixture(scope="module")
def shared_database() -> Iterator[str]:
    """The address of one in PostgreSQL, of a role that its fence does not hold."""
    with running_postgres() as postgres:
        yield postgres.make_migrated("others")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=IN_POSTGRES)])
def seen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seen]:
    data_dir, settings = tmp_path_factory.mktemp("others") / "data", dict[str, str]()
    if request.param == "postgres":
        settings["database_url"] = request.getfixturevalue("shared_database")
    with two_households(data_dir, **settings) as home:
        walk = Walk(home)
        without = walk.read(NOTHING, READERS)
        names = FullHousehold(home, data_dir).fill()
        assert names.keys() == NOTHING.keys()
        before, theirs = kept(home, data_dir, 1), marks(home, 1)
        read, of_nothing = walk.read(names, READERS), walk.change(NOTHING, READERS)
        changed = walk.change(names, CHANGERS)
        after = kept(home, data_dir, 1)
        yield Seen(home, names, theirs, without, read, of_nothing, changed, before, after)


def test_no_answer_tells_a_name_or_a_time_of_another_household(seen: Seen) -> None:
    assert len(seen.read) > 300
    assert len(seen.marks) > 100
    told = {it.name: it.told(seen.marks) for it in (*seen.read.values(), *seen.changed.values())}
    assert {name: marks[:3] for name, marks in told.items() if marks} == {}


def test_answers_are_those_of_a_server_where_the_other_household_has_nothing(seen: Seen) -> None:
    assert statuses(seen.read) == statuses(seen.without)
    listed = {name for name, it in seen.read.items() if it.path in LOOKS_ARE_LISTED}
    found = different(seen.read, seen.without, set(seen.names.values()))
    assert {name: it for name, it in found.items() if name not in listed} == {}


def test_what_is_named_of_another_household_is_as_unknown_as_what_nobody_has(seen: Seen) -> None:
    taken = {
        it.path
        for it in seen.changed.values()
        if NAMING.search(it.path) and it.name.startswith("owner") and it.status not in (403, 404)
    }
    assert taken == TAKEN
    assert statuses(seen.changed) == statuses(seen.of_nothing)
    assert max(statuses(seen.changed | seen.read).values()) < 500


def test_nothing_of_another_household_is_changed(seen: Seen) -> None:
    assert seen.before.rows.keys() == seen.after.rows.keys()
    changed = {it: seen.before.rows[it] ^ seen.after.rows[it] for it in seen.before.rows}
    assert {table: rows for table, rows in changed.items() if rows} == {}
    assert seen.before.elsewhere <= seen.after.elsewhere


def test_household_itself_has_all_of_that(seen: Seen) -> None:
    empty = {table for table, rows in seen.before.rows.items() if not rows}
    assert empty == {"chat_usage", "look_shares", "night_looks"}
    names = {**seen.names, "invitation code": "9999"}
    found = Walk(seen.home).read(names, ["owner", "household"])
    refused = {it.path for it in found.values() if it.status >= 400}
    answered = {it.path for it in found.values() if it.status < 400}
    assert refused - answered == OF_NOBODY.keys()


def test_routes_that_leak_or_take_unknown_names_are_found(tmp_path: Path) -> None:
    with two_households(tmp_path / "data") as home:
        add_leaks(home.app)
        walk, names = Walk(home, "/leaking/"), {"visit_id": "1"}
        without = walk.read({"visit_id": NOBODY}, READERS)
        home.ask("owner", "PUT", "/people/1", json={"name": CANARY}).raise_for_status()
        home.ask("owner", "POST", "/visits", json={"minutes": 60}).raise_for_status()
        read, theirs, before = walk.read(names, READERS), marks(home, 1), kept(home, tmp_path, 1)
        assert {it.path for it in read.values() if it.told(theirs)} == {"/leaking/names"}
        counts = {read[name].path for name in different(read, without, names.values())}
        assert counts == {"/leaking/names", "/leaking/count"}
        walk.change(names, CHANGERS)
        assert kept(home, tmp_path, 1).rows != before.rows
        with pytest.raises(KeyError, match="unheard_of"):
            Walk(home, "/unknown/").read(names, READERS)


def add_leaks(app: FastAPI) -> None:
    """Routes that forget to ask whose what they answer is."""

    def visits_of(request: Request) -> VisitService:
        visits: VisitService = request.app.state.visits
        return visits

    @app.get("/leaking/names")
    def names(request: Request) -> list[str]:
        people: PeopleService = request.app.state.people
        return [it.name for it in people.people(1)]

    @app.get("/leaking/count")
    def count(request: Request) -> int:
        return len(visits_of(request).lasting(1))

    @app.delete("/leaking/visits/{visit_id}")
    def end(request: Request, visit_id: int) -> None:
        visits_of(request).end(1, visit_id)

    @app.get("/unknown/{unheard_of}")
    def unknown(unheard_of: str) -> str:
        return unheard_of
