"""What people are told of while no server reaches the database, and what becomes of it after."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from pydantic import TypeAdapter

from agent.outbox.outbox import Outbox
from agent.outbox.uploader import Uploader
from backend.alerts.ledger.told import ELSEWHERE_SEC
from contract.events import AnyEvent
from testkit.balancer import PROGRAM
from testkit.care_home import KEY, CareHome, care_home
from testkit.postgres import PROGRAMS
from testkit.simulated_boxes.moving_in import set_up
from testkit.simulated_boxes.phone import ANSWER, RESENT, ShiftPhone, room_of
from testkit.whole_server import WholeServer

Eventually = Callable[..., Any]
MakeEvent = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.skipif(
    PROGRAMS is None or PROGRAM is None, reason="needs PostgreSQL and nginx"
)
EVENTS: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
BEARER = {"Authorization": f"Bearer {KEY}"}
PROMISED_SEC = 2.0
NOTE = "so it may come once more"
SETTLED_SEC = 5.0
"""Longer than an alert takes that waits for nobody."""


class Home:
    """A care home with one phone, and a camera box whose outbox is a real one."""

    def __init__(self, home: CareHome, outbox: Outbox, ask: httpx.Client) -> None:
        self.care, self.outbox, self.ask = home, outbox, ask
        set_up(ask)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Those of a fall."""
        return [it for it in list(self.care.ntfy.messages) if room_of(it)]

    def fall(self, make_event: MakeEvent) -> float:
        """When the box has made the END of one."""
        now = time.time()
        start = make_event("START", incident_id="one", ts=now - 2)
        end = make_event("END", incident_id="one", ts=now, duration_sec=2.0, state="lying")
        for event in (start, end):
            self.outbox.put(EVENTS.validate_python(event))
        return now

    def told_after(self, at: float) -> float:
        (first,) = ShiftPhone(self.care.ntfy).first_messages().values()
        return first - at

    def get(self, path: str) -> Any:
        return self.ask.get(path).raise_for_status().json()


@contextmanager
def living(folder: Path) -> Iterator[Home]:
    with (
        care_home(folder) as home,
        closing(Outbox(folder / "outbox.sqlite3")) as outbox,
        httpx.Client(base_url=home.balancer.url, headers=BEARER, timeout=20.0) as ask,
    ):
        lived_in = Home(home, outbox, ask)
        wait_until_known(home)
        uploader = Uploader(outbox, ask)
        uploader.start()
        try:
            yield lived_in
        finally:
            uploader.stop()


def wait_until_known(home: CareHome) -> None:
    """Until each server knows the phone, also without the database."""
    time.sleep(2.0)


def told_at(server: WholeServer) -> str:
    """What it says of what it has told without the database."""
    shown = httpx.get(f"{server.url}/metrics", headers=BEARER, timeout=20.0).text
    figures = dict(line.rsplit(" ", 1) for line in shown.splitlines() if line[0] != "#")
    return figures["dolbom_told_without_database_total"]


def test_fall_is_told_once_while_the_database_is_away_and_goes_on_when_it_is_back(
    tmp_path: Path, make_event: MakeEvent, eventually: Eventually
) -> None:
    with living(tmp_path) as home:
        home.care.postgres.stop()
        at = home.fall(make_event)
        eventually(lambda: home.messages, timeout=5.0)
        assert home.told_after(at) < PROMISED_SEC
        time.sleep(PROMISED_SEC)
        (message,) = home.messages
        assert NOTE in message["message"]
        assert RESENT not in message["title"]
        reasons = [
            httpx.get(f"{server.url}/health", headers=BEARER).json()["told"]["reason"]
            for server in home.care.servers
        ]
        assert sum("cannot be recorded" in (it or "") for it in reasons) == 1
        assert sorted(map(told_at, home.care.servers)) == ["0.0", "1.0"]
        home.care.postgres.start()
        (incident,) = eventually(
            lambda: [it for it in home.get("/incidents") if it["state"] == "notified"]
        )
        assert home.outbox.wait_empty(10.0)
        time.sleep(ELSEWHERE_SEC + SETTLED_SEC)
        assert len(home.messages) == 1
        pressed = home.care.ntfy.press(message, ANSWER)
        assert pressed.is_success, pressed.text
        course = home.get(f"/incidents/{incident['id']}/course")["entries"]
        assert [it["kind"] for it in course].count("taken") == 1
        assert home.get("/health")["told"]["unrecorded"] == 0


def test_server_that_has_told_and_is_killed_leaves_no_second_ring_that_does_not_say_so(
    tmp_path: Path, make_event: MakeEvent, eventually: Eventually
) -> None:
    with living(tmp_path) as home:
        home.care.postgres.stop()
        home.fall(make_event)
        eventually(lambda: home.messages, timeout=5.0)
        (teller,) = eventually(lambda: [it for it in home.care.servers if told_at(it) == "1.0"])
        time.sleep(0.6)  # the box hears of it
        teller.kill()
        home.care.postgres.start()
        assert home.outbox.wait_empty(20.0)
        eventually(lambda: len(home.messages) == 2, timeout=ELSEWHERE_SEC + 10.0)
        time.sleep(SETTLED_SEC)
        _, again = home.messages
        assert RESENT in again["title"]


def test_server_that_is_cut_off_tells_where_no_other_runs(
    tmp_path: Path, make_event: MakeEvent, eventually: Eventually
) -> None:
    with living(tmp_path) as home:
        first, second = home.care.servers
        home.care.line.cut()
        first.kill()
        at = home.fall(make_event)
        eventually(lambda: home.messages, timeout=5.0)
        assert home.told_after(at) < PROMISED_SEC
        eventually(lambda: told_at(second) == "1.0")
        first.start()
        assert home.outbox.wait_empty(20.0)
        home.care.line.mend()
        time.sleep(ELSEWHERE_SEC + SETTLED_SEC)
        _told, *again = home.messages
        assert all(RESENT in it["title"] for it in again)
        assert len(again) <= 1


def test_server_that_is_cut_off_leaves_it_to_the_other(
    tmp_path: Path, make_event: MakeEvent, eventually: Eventually
) -> None:
    with living(tmp_path) as home:
        home.care.line.cut()
        at = home.fall(make_event)
        eventually(lambda: home.messages, timeout=5.0)
        assert home.told_after(at) < PROMISED_SEC
        home.care.line.mend()
        time.sleep(SETTLED_SEC)
        (message,) = home.messages
        assert NOTE not in message["message"]
        assert [told_at(it) for it in home.care.servers] == ["0.0", "0.0"]
