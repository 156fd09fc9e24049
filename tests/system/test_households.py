"""Several households on one server: made, entered, looked at, given keys, and ended."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from testkit.asked_home import PASSWORD, AskedHome, asked_home
from testkit.postgres import PROGRAMS, Postgres

ROOM = {"name": "301호", "resident": "박순자, 86"}
TOGETHER_SEC = 2.0
"""A request that was let in waits so long for the other one."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[AskedHome]:
    with asked_home(tmp_path) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
def any_home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AskedHome]:
    """With its rows in a file, and in PostgreSQL."""
    settings = {}
    if request.param == "postgres":
        if PROGRAMS is None:
            pytest.skip("needs PostgreSQL")
        installed: Postgres = request.getfixturevalue("installed")
        settings["database_url"] = installed.make_migrated("households")
    with asked_home(tmp_path, **settings) as opened:
        yield opened


def ask(home: AskedHome, who: str, method: str, path: str, **options: Any) -> Any:
    """The answer to what has to be taken."""
    answer = home.ask(who, method, path, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def make(home: AskedHome, who: str = "household", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = ask(home, who, "POST", "/households", json=ROOM | more)
    return made


def enter(home: AskedHome, login: str, made: dict[str, Any]) -> dict[str, Any]:
    """Somebody new is the first owner of the household that was made; its token is kept."""
    code = made["setup_address"].rpartition("/")[2]
    new = {"login": login, "name": login, "password": PASSWORD, "invitation": code}
    home.keys[login] = ask(home, "stranger", "POST", "/auth/register", json=new)["access_token"]
    me: dict[str, Any] = ask(home, login, "GET", "/auth/me")
    return me


def test_set_up_address_makes_the_first_owner_of_a_household(home: AskedHome) -> None:
    made = make(home)
    me = enter(home, "sora", made)
    assert (made["household_id"], me["household_id"], me["role"]) == (2, 2, "owner")
    assert not me["is_operator"]
    assert ask(home, "sora", "GET", "/household")["resident"] == ROOM["resident"]
    assert [it["login"] for it in ask(home, "sora", "GET", "/people")] == ["sora"]
    assert "sora" not in str(ask(home, "owner", "GET", "/people"))
    code = made["setup_address"].rpartition("/")[2]
    again = {"login": "x2", "name": "x", "password": PASSWORD, "invitation": code}
    assert home.ask("stranger", "POST", "/auth/register", json=again).status_code == 403


def test_person_of_the_server_owns_a_household_more(home: AskedHome) -> None:
    made = make(home, "owner", owner_id=1)
    assert made == {"household_id": 2, "setup_address": None, "expires_at": None}
    me = ask(home, "owner", "GET", "/auth/me")
    assert [(it["household_id"], it["name"], it["role"]) for it in me["households"]] == [
        (1, "댁", "owner"),
        (2, ROOM["name"], "owner"),
    ]
    moved = ask(home, "owner", "POST", "/auth/household", json={"household_id": 2})
    assert moved["household_id"] == ask(home, "owner", "GET", "/household")["id"] == 2
    nobody = home.ask("household", "POST", "/households", json=ROOM | {"owner_id": 99})
    assert nobody.json()["code"] == "unknown_person"
    assert len(ask(home, "household", "GET", "/households")) == 2, "none without its owner"


def test_invited_person_accepts_logged_in_and_is_in_both(home: AskedHome) -> None:
    enter(home, "sora", make(home))
    invited = ask(home, "sora", "POST", "/people/invitations", json={"role": "viewer"})
    code = {"invitation": invited["address"].rpartition("/")[2]}
    assert home.ask("household", "POST", "/people/invitations/accept", json=code).status_code == 403
    joined = ask(home, "caregiver", "POST", "/people/invitations/accept", json=code)
    assert (joined["household_id"], joined["role"]) == (2, "viewer")
    me = ask(home, "caregiver", "GET", "/auth/me")
    assert me["household_id"] == 2, "the session looks at it"
    assert [it["household_id"] for it in me["households"]] == [1, 2]
    assert home.ask("caregiver", "POST", "/visits", json={"minutes": 60}).status_code == 403
    ask(home, "caregiver", "POST", "/auth/household", json={"household_id": 1})
    assert home.ask("caregiver", "POST", "/visits", json={"minutes": 60}).status_code == 200


def test_nobody_looks_at_a_household_of_others(home: AskedHome) -> None:
    make(home)
    for who in ("owner", "viewer"):
        refused = home.ask(who, "POST", "/auth/household", json={"household_id": 2})
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_household")
    assert (
        home.ask("household", "POST", "/auth/household", json={"household_id": 2}).status_code
        == 403
    )


def test_who_sees_which_households(home: AskedHome) -> None:
    enter(home, "sora", make(home))

    def seen(who: str) -> list[tuple[int, str | None, int]]:
        found = ask(home, who, "GET", "/households")
        return [(it["household_id"], it["role"], it["people"]) for it in found]

    assert seen("household") == [(1, "owner", 3), (2, None, 1)]
    assert seen("viewer") == [(1, "viewer", 3)]
    assert seen("sora") == [(2, "owner", 1)]


def test_only_operators_make_and_end_households(home: AskedHome) -> None:
    enter(home, "sora", make(home))
    for who in ("caregiver", "viewer", "sora"):
        assert home.ask(who, "POST", "/households", json=ROOM).status_code == 403
        end = home.ask(who, "DELETE", "/households/2", json={"name": ROOM["name"]})
        assert end.status_code == 403
    assert make(home, "owner")["household_id"] == 3


def test_key_opens_its_household_alone_until_it_is_ended(home: AskedHome) -> None:
    enter(home, "sora", make(home))
    made = ask(home, "sora", "POST", "/households/2/keys", json={"name": "복도"})
    home.keys["key"] = made["key"]
    assert ask(home, "key", "GET", "/household")["id"] == 2
    assert ask(home, "key", "GET", "/auth/me")["is_operator"] is False
    assert home.ask("key", "POST", "/households", json=ROOM).status_code == 403
    for household_id, status in ((1, 403), (2, 200)):
        answer = home.ask("key", "GET", f"/households/{household_id}/keys")
        assert answer.status_code == status
    listed = ask(home, "household", "GET", "/households/2/keys")
    assert [it["name"] for it in listed] == ["복도"]
    assert made["key"] not in str(listed)
    ask(home, "sora", "DELETE", f"/households/2/keys/{made['key_id']}")
    assert home.ask("key", "GET", "/household").status_code == 401
    again = home.ask("sora", "DELETE", f"/households/2/keys/{made['key_id']}")
    assert again.json()["code"] == "unknown_key"


def test_ended_household_is_nobodys(home: AskedHome) -> None:
    enter(home, "sora", make(home))
    made = ask(home, "sora", "POST", "/households/2/keys", json={"name": "복도"})
    home.keys["key"] = made["key"]
    wrong = home.ask("household", "DELETE", "/households/2", json={"name": "302호"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "other_name")
    ask(home, "household", "DELETE", "/households/2", json={"name": ROOM["name"]})
    for who in ("sora", "key"):
        assert home.ask(who, "GET", "/household").status_code == 401
    assert [it["household_id"] for it in ask(home, "household", "GET", "/households")] == [1]
    again = home.ask("household", "DELETE", "/households/2", json={"name": ROOM["name"]})
    assert again.json()["code"] == "unknown_household"
    assert make(home)["household_id"] == 3, "a number is used once"


def test_household_of_all_operators_is_not_ended(home: AskedHome) -> None:
    sora = enter(home, "sora", make(home))["person_id"]
    home.keys["key"] = ask(home, "sora", "POST", "/households/2/keys", json={"name": "복도"})["key"]
    ask(home, "household", "PUT", f"/operators/{sora}")
    ask(home, "household", "DELETE", "/operators/1")
    refused = home.ask("sora", "DELETE", "/households/2", json={"name": ROOM["name"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "last_operator")
    assert ask(home, "key", "GET", "/household")["name"] == ROOM["name"], "nothing of it has ended"
    invited = ask(home, "owner", "POST", "/people/invitations", json={"role": "viewer"})
    code = {"invitation": invited["address"].rpartition("/")[2]}
    ask(home, "sora", "POST", "/people/invitations/accept", json=code)
    ask(home, "sora", "DELETE", "/households/2", json={"name": ROOM["name"]})
    (left,) = ask(home, "household", "GET", "/operators")
    assert left["person_id"] == sora


def test_households_of_all_operators_are_not_both_ended_at_once(
    any_home: AskedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, both_let_in = any_home, Barrier(2)
    for login in ("sora", "bora"):
        person_id = enter(home, login, make(home))["person_id"]
        ask(home, "household", "PUT", f"/operators/{person_id}")
    ask(home, "household", "DELETE", "/operators/1")
    keys = home.app.state.household_keys
    end_all = keys.end_all

    def end_together(household_id: int) -> None:
        with suppress(BrokenBarrierError):
            both_let_in.wait(TOGETHER_SEC)
        end_all(household_id)

    def end(household_id: int) -> int:
        path, name = f"/households/{household_id}", {"name": ROOM["name"]}
        status: int = home.ask("household", "DELETE", path, json=name).status_code
        return status

    monkeypatch.setattr(keys, "end_all", end_together)
    with ThreadPoolExecutor() as threads:
        assert sorted(threads.map(end, (2, 3))) == [200, 409]
    (left,) = ask(home, "household", "GET", "/operators")
    first, kept = ask(home, "household", "GET", "/households")
    assert (first["people"], kept["people"]) == (3, 1), "the refused one is as it was"
    assert left["login"] == {2: "sora", 3: "bora"}[kept["household_id"]]


def test_first_household_stays(home: AskedHome) -> None:
    refused = home.ask("household", "DELETE", "/households/1", json={"name": "댁"})
    assert (refused.status_code, refused.json()["code"]) == (409, "first_household")


def test_camera_of_a_household_is_seen_and_heard_there_alone(home: AskedHome) -> None:
    enter(home, "sora", make(home))
    code = ask(home, "sora", "POST", "/cameras", json={"camera_id": "hall"})
    assert code["camera_id"] == "hall.h2"
    paired = ask(home, "stranger", "POST", "/pairing", json={"code": code["code"]})
    home.keys["box"] = paired["key"]
    beat = {"event_type": "HEARTBEAT", "event_id": "1" * 32, "state": "watching"}
    for who, camera_id, status in (
        ("box", "hall.h2", 200),
        ("box", "hall", 403),
        ("household", "hall.h2", 403),
        ("sora", "hall", 403),
        ("sora", "hall.h2", 200),
    ):
        event = beat | {"camera_id": camera_id, "ts": 1_795_939_200.0}
        assert home.ask(who, "POST", "/event/payload", json=event).status_code == status, (
            who,
            camera_id,
        )
    assert [it["camera_id"] for it in ask(home, "sora", "GET", "/cameras")] == ["hall.h2"]
    assert [it["camera_id"] for it in ask(home, "owner", "GET", "/cameras")] == ["hall"]
    zones: dict[str, Any] = {"zones": []}
    assert home.ask("owner", "PUT", "/cameras/hall.h2/zones", json=zones).status_code == 404
    assert home.ask("sora", "PUT", "/cameras/hall.h2/zones", json=zones).status_code == 200
    refused = home.ask("owner", "POST", "/cameras", json={"camera_id": "kitchen.h2"})
    assert refused.status_code == 422
    ask(home, "household", "DELETE", "/households/2", json={"name": ROOM["name"]})
    assert home.ask("box", "GET", "/cameras/hall.h2/zones").status_code == 401


def test_board_has_the_rooms_of_all_households_of_who_asks(home: AskedHome) -> None:
    make(home, "owner", owner_id=1)
    make(home)
    for number in (2, 3):
        key = ask(home, "household", "POST", f"/households/{number}/keys", json={"name": "a"})
        home.keys[f"room {number}"] = key["key"]
        beat: dict[str, Any] = {
            "event_type": "HEARTBEAT",
            "event_id": f"of {number}",
            "ts": time.time(),
        }
        beat |= {"state": "watching", "camera_id": f"bed.h{number}"}
        ask(home, f"room {number}", "POST", "/event/payload", json=beat)

    def seen(who: str) -> list[tuple[int, str, str]]:
        rooms = ask(home, who, "GET", "/board")
        return [(it["household_id"], it["camera_id"], it["state"]) for it in rooms]

    assert seen("owner") == [(1, "hall", "trouble"), (2, "bed.h2", "quiet")]
    assert seen("viewer") == [(1, "hall", "trouble")]
    assert seen("room 3") == [(3, "bed.h3", "quiet")]
    assert home.ask("camera", "GET", "/board").status_code == 403
