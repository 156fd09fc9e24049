"""Two households on one server, of which one keeps its record for a week."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import httpx2 as httpx
import pytest

from backend.activity import store as activity
from backend.activity.hours import Hour
from backend.cameras.names import household_named
from backend.events.eraser import EventEraser
from testkit.aged_journal import (
    AGES,
    OLD_DAYS,
    OURS,
    SCORES,
    THEIRS,
    began_at,
    lines,
    write_aged_journal,
    zone_at_night,
)
from testkit.asked_home import KEY, AskedHome
from testkit.kept_pictures import keep_picture
from testkit.kept_rows import Kept, kept
from testkit.processes import PartFailed
from testkit.two_households import ROOM, two_households
from testkit.whole_server import WholeServer

WEEK = {"kept_days": 7}
A_DAY = SCORES + 2
WAIT_SEC = 20.0
BEARER = {"Authorization": f"Bearer {KEY}"}


def until(is_so: Callable[[], bool]) -> None:
    """Return once it is."""
    give_up_at = time.monotonic() + WAIT_SEC
    while not is_so():
        if time.monotonic() > give_up_at:
            raise TimeoutError
        time.sleep(0.02)


class TwoHomes:
    """Both in the server of this process, after their incidents got a note and their hours."""

    def __init__(self, home: AskedHome, data_dir: Path) -> None:
        self.home, self.data_dir = home, data_dir
        self.folder = data_dir / "events"
        for who in ("household", "their key"):
            for incident in self.ask(who, "GET", "/incidents"):
                self.ask(who, "POST", f"/incidents/{incident['id']}/notes", {"text": "x"})
        while home.app.state.activity.count_piece():
            pass
        hours = {(it, at): Hour(at) for it in (OURS, THEIRS) for at in began_at(time.time())}
        with home.app.state.database.writing() as db:
            activity.add(db, hours, household_named)

    def ask(self, who: str, method: str, path: str, body: object = None) -> Any:
        options = {} if body is None else {"json": body}
        return self.home.ask(who, method, path, **options).raise_for_status().json()

    def keep(self, who: str, **settings: object) -> None:
        """Change some settings of a household."""
        known = self.ask(who, "GET", "/household")
        known = {name: value for name, value in known.items() if name not in ("id", "created_at")}
        night = {"time_zone": zone_at_night(time.time())}
        self.ask(who, "PUT", "/household", known | night | settings)

    def keep_old_picture(self) -> frozenset[str]:
        """Of household 2 and its camera; the rows of its pictures."""
        state = self.home.app.state
        of: dict[str, Any] = {"household_id": 2, "camera_id": THEIRS}
        of["created_at"] = began_at(time.time())[0]
        keep_picture(state.factory_database, state.media_driver, **of)
        return self.kept(2).rows["images"]

    def kept(self, household_id: int) -> Kept:
        """All that the server has of a household."""
        return kept(self.home, self.data_dir, household_id)

    def night(self) -> None:
        """The round of the night, until nothing is left to do."""
        self.home.app.state.retention.round()
        until(lambda: self.is_done("household") and self.is_done("their key"))

    def is_done(self, who: str) -> bool:
        return all(it["state"] == "done" for it in self.ask(who, "GET", "/erasures"))

    def hours(self, who: str) -> int:
        first = date.today() - timedelta(days=max(AGES) + 1)  # noqa: DTZ011 (one more is no harm)
        return len(self.ask(who, "GET", f"/activity?from={first}"))


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoHomes]:
    data_dir = tmp_path_factory.mktemp("homes") / "data"
    write_aged_journal(data_dir / "events", time.time())
    with two_households(data_dir) as home:
        yield TwoHomes(home, data_dir)


def test_what_a_household_keeps_no_longer_goes_at_night_and_nothing_of_another(
    homes: TwoHomes,
) -> None:
    homes.keep("their key", **WEEK)
    homes.keep("household")
    pictures = homes.keep_old_picture()
    before, ours = homes.kept(1), lines(homes.folder, OURS)
    theirs = lines(homes.folder, THEIRS)
    assert homes.hours("their key") == homes.hours("household") == len(AGES)
    homes.night()

    after = homes.kept(1)
    assert after.rows == before.rows
    gone = before.elsewhere - after.elsewhere
    assert [it for it in gone if THEIRS not in it] == []
    assert lines(homes.folder, OURS) == ours
    assert lines(homes.folder, THEIRS) == theirs[OLD_DAYS * A_DAY :]
    left = len(AGES) - OLD_DAYS
    assert len(homes.ask("their key", "GET", "/incidents")) == homes.hours("their key") == left
    assert len(homes.ask("household", "GET", "/incidents")) == len(AGES)
    assert homes.kept(2).rows["images"] == pictures

    (done,) = homes.ask("their key", "GET", "/erasures")
    assert (done["kind"], done["person_id"], done["kept"]) == ("retention", None, 0)
    counts = done["counts"]
    assert (counts["events"], counts["incidents"]) == (OLD_DAYS * A_DAY, OLD_DAYS)
    assert counts["notes"] == OLD_DAYS
    assert homes.ask("household", "GET", "/erasures") == []
    homes.night()
    assert homes.ask("their key", "GET", "/erasures") == [done]


def test_page_counts_and_asks_again_before_a_record_is_kept_for_a_shorter_time(
    homes: TwoHomes,
) -> None:
    def send(**fields: str) -> httpx.Response:
        form = {"name": "댁", "language": "en", **fields}
        headers = {"Accept": "text/html", "Origin": "http://127.0.0.1"}
        return homes.home.ask("owner", "POST", "/settings", data=form, headers=headers)

    def kept_days() -> int | None:
        days: int | None = homes.ask("owner", "GET", "/household")["kept_days"]
        return days

    asked = send(kept_days="30")
    assert (asked.status_code, kept_days()) == (200, None)
    assert 'name="confirmed"' in asked.text
    assert '<input type="hidden" name="kept_days" value="30">' in asked.text
    assert send(kept_days="30", confirmed="yes").status_code == 303
    assert kept_days() == 30
    shorter = send(kept_days="7")
    assert f"<dd>{OLD_DAYS * A_DAY}</dd>" in shorter.text
    assert kept_days() == 30
    assert send(kept_days="90").status_code == 303
    assert send(kept_days="").status_code == 303
    assert kept_days() is None
    assert send(kept_days="6", confirmed="yes").status_code == 422


def dies_at_a_file() -> AbstractContextManager[object]:
    """Broken: the server is killed where the third file is about to take its place."""
    replace, files = EventEraser.replace, iter(range(OLD_DAYS))

    def replace_two(eraser: EventEraser, *args: Any) -> None:
        if next(files) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(eraser, *args)

    return mock.patch.object(EventEraser, "replace", replace_two)


def test_night_that_a_kill_has_ended_goes_on_with_the_next_start(tmp_path: Path) -> None:
    write_aged_journal(tmp_path / "data" / "events", time.time())
    server = WholeServer(tmp_path, {"API_KEY": KEY})
    server.start()

    def ask(method: str, path: str, body: object = None, key: str = KEY) -> Any:
        url, headers = f"{server.url}{path}", {"Authorization": f"Bearer {key}"}
        answer = httpx.request(
            method, url, json=body, headers=headers, trust_env=False, timeout=WAIT_SEC
        )
        return answer.raise_for_status().json()

    owner = {"login": "minji", "name": "민지", "password": "as long as a sentence"}
    ask("POST", "/setup", owner | {"household": {"name": "댁"}})
    ask("POST", "/households", ROOM)
    key = ask("POST", "/households/2/keys", {"name": "key"})["key"]
    night = {"time_zone": zone_at_night(time.time()), "language": "ko"}
    ask("PUT", "/household", ROOM | night | WEEK, key)
    folder = tmp_path / "data" / "events"
    ours, theirs = lines(folder, OURS), lines(folder, THEIRS)
    server.kill()

    server.breakage = dies_at_a_file
    with suppress(PartFailed):  # it may answer before it comes to that
        server.start()
    until(lambda: not server.runs)
    half = lines(folder, THEIRS)
    assert len(theirs) - len(half) == 2 * A_DAY

    server.breakage = WholeServer(tmp_path).breakage
    server.start()
    until(lambda: [it["state"] for it in ask("GET", "/erasures", key=key)] == ["done"])
    assert lines(folder, THEIRS) == theirs[OLD_DAYS * A_DAY :]
    assert lines(folder, OURS) == ours
    (done,) = ask("GET", "/erasures", key=key)
    assert done["counts"]["events"] == OLD_DAYS * A_DAY
    assert len(ask("GET", "/incidents", key=key)) == len(AGES) - OLD_DAYS
    server.kill()
    assert all(json.loads(line)["camera_id"] == OURS for line in ours)
