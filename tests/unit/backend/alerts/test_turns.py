"""Who is told first, what waits, and what is joined: the queues by a clock that the test moves."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.deliveries import Attempt, Deliveries
from backend.alerts.ledger.entries import News
from backend.alerts.ledger.ledger import Ledger
from backend.alerts.ledger.turns import JOINED, KEPT_FOR_FALLS, KEPT_FOR_OTHERS
from backend.alerts.ledger.withdrawal import withdraw
from backend.alerts.limits import Limits, Quota
from backend.storage.database import SqliteDatabase
from testkit.households import HOME

NOW = 1_800_000_000.0
HOUR = 3600.0
DAY = 86_400.0


class Desk:
    """The ledger of one channel, and both its queues."""

    def __init__(self, path: Path, quota: int | None = None) -> None:
        self.path, self.now, self.midnight, self.made = path, NOW, NOW - HOUR, 0
        self.quota = Quota(quota, lambda: self.midnight) if quota else None
        self.open()

    def open(self) -> None:
        self.database = SqliteDatabase(self.path)
        self.ledger = Ledger(self.database, ["ntfy-1"])
        self.ledger.take_up(self.now)
        self.urgent, self.troubles = (
            Deliveries(self.database, "ntfy-1", urgent=urgent, quota=self.quota)
            for urgent in (True, False)
        )
        for queue in (self.urgent, self.troubles):
            queue.recover(self.now)

    def restart(self) -> None:
        self.database.close()
        self.open()

    def add(self, camera: str, label: str = "fall", *, ended: bool = True, of: str = "") -> News:
        self.made += 1
        name = f"{self.made:016}"
        alert = Alert(name, of or name, name, label, camera, self.now, HOME, ended=ended)
        return self.ledger.add(alert, self.now).news

    def begin(self, camera: str, label: str = "camera_silent", of: str = "") -> News:
        return self.add(camera, label, ended=False, of=of)

    def end(self, camera: str, label: str = "camera_silent", of: str = "") -> News:
        return self.add(camera, label, of=of)

    def take(self, queue: Deliveries) -> Attempt | None:
        attempt = queue.take_due(self.now)
        if attempt:
            queue.mark_sent(attempt, self.now)
        return attempt

    def falls(self) -> list[tuple[str, int]]:
        """What goes out now of what is urgent: each memo's camera, and how many alerts it has."""
        memos = []
        while attempt := self.take(self.urgent):
            memos.append((attempt.alerts[0].camera_id, len(attempt.alerts)))
        return memos

    def notices(self) -> list[list[tuple[str, bool]]]:
        """What goes out now of troubles: each memo's cameras, and whether it is over there."""
        memos = []
        while attempt := self.take(self.troubles):
            memos.append([(alert.camera_id, bool(alert.ended)) for alert in attempt.alerts])
        return memos

    def reason(self) -> str | None:
        waiting = self.ledger.oldest_unsent()
        return waiting.reason if waiting else None


@pytest.fixture
def quota() -> int | None:
    return None


@pytest.fixture
def desk(tmp_path: Path, quota: int | None) -> Iterator[Desk]:
    desk = Desk(tmp_path / "dolbom.sqlite3", quota)
    with closing(desk.database):
        yield desk
        desk.database.close()


def test_fall_waits_for_no_trouble_and_what_waits_of_troubles_is_one_memo(desk: Desk) -> None:
    for number in range(25):
        desk.begin(f"camera {number}")
    desk.add("bedroom")
    assert desk.falls() == [("bedroom", 1)]
    assert desk.notices() == []
    desk.now += Limits.gather
    (memo,) = desk.notices()
    assert memo == [(f"camera {number}", False) for number in range(25)]


def test_trouble_that_still_waits_for_others_goes_along(desk: Desk) -> None:
    desk.begin("hall")
    desk.now += 2.0
    desk.begin("bedroom")
    desk.now += 1.0
    assert desk.notices() == [[("hall", False), ("bedroom", False)]]
    desk.now += 60.0
    assert desk.notices() == []


def test_camera_that_floods_has_its_turn_as_every_other(desk: Desk) -> None:
    for _ in range(200):
        desk.add("hall")
    assert desk.falls() == [("hall", 200)]
    for _ in range(3):
        desk.add("hall")
    desk.now += 0.1
    desk.add("bedroom")
    desk.add("kitchen")
    turns = [desk.take(desk.urgent) for _ in range(3)]
    assert [turn.alerts[0].camera_id for turn in turns if turn] == ["bedroom", "kitchen", "hall"]


def test_flood_of_one_camera_is_joined_and_reported_once_a_minute(desk: Desk) -> None:
    told = []
    for _ in range(40):
        desk.add("hall")
        told += desk.falls()
    assert told == [("hall", 1)] * Limits.singles
    assert desk.reason() == JOINED
    assert desk.urgent.next_due_at() == desk.now + Limits.joined
    desk.now += 30.0
    desk.add("hall")
    desk.add("bedroom")
    assert desk.falls() == [("bedroom", 1)]
    desk.now += 30.0
    assert desk.falls() == [("hall", 36)]
    desk.add("hall")
    assert desk.falls() == []
    desk.now += Limits.lately
    assert desk.falls() == [("hall", 1)]


@pytest.mark.parametrize(("waiting", "memos"), [(5, [("hall", 1)] * 5), (6, [("hall", 6)])])
def test_many_that_waited_together_are_joined_at_once(
    desk: Desk, waiting: int, memos: list[tuple[str, int]]
) -> None:
    for _ in range(waiting):
        desk.add("hall")
    assert desk.falls() == memos


def test_alert_that_may_have_arrived_is_joined_with_none_that_did_not_leave(desk: Desk) -> None:
    desk.begin("hall")
    desk.now += 10.0
    attempt = desk.troubles.take_due(desk.now)
    assert attempt
    desk.troubles.mark_ambiguous(attempt, desk.now, desk.now + 5.0, "time-out")
    desk.begin("bedroom")
    desk.now += 5.0
    attempts = [desk.troubles.take_due(desk.now) for _ in range(3)]
    assert [(a.alerts[0].camera_id, len(a.alerts), a.resend) for a in attempts if a] == [
        ("hall", 1, True),
        ("bedroom", 1, False),
    ]


def test_trouble_is_reported_once_an_hour_with_all_that_came_of_it(desk: Desk) -> None:
    assert desk.begin("hall", of="1") is News.ALL
    desk.now += 60.0
    assert desk.notices() == [[("hall", False)]]
    assert desk.end("hall", of="1") is News.ALL  # at once
    desk.now += 60.0
    assert desk.notices() == [[("hall", True)]]
    for incident in ("2", "3"):
        assert desk.begin("hall", of=incident) is News.HELD
        desk.now += 60.0
        assert desk.end("hall", of=incident) is News.HELD
        desk.now += 60.0
        desk.restart()
        assert desk.notices() == []
    assert desk.ledger.counts()["open"] == 4
    assert desk.begin("bedroom") is News.ALL
    assert desk.begin("hall", "camera_dark") is News.ALL
    desk.now += 5.0
    assert len(desk.notices()) == 1
    desk.now = NOW + Limits.gather + HOUR
    assert desk.notices() == [[("hall", False), ("hall", True)] * 2]
    # Told again just now: the next one is held again.
    assert desk.begin("hall", of="4") is News.HELD
    desk.now += HOUR
    assert desk.notices() == [[("hall", False)]]
    assert desk.end("hall", of="4") is News.ALL


def test_ends_that_nothing_began_are_reported_once_an_hour_too(desk: Desk) -> None:
    assert [desk.end("hall") for _ in range(3)] == [News.ALL, News.HELD, News.HELD]


@pytest.mark.parametrize("quota", [20])
def test_troubles_leave_a_share_of_the_day_to_falls(desk: Desk) -> None:
    for number in range(14):
        desk.begin(f"camera {number}")
        desk.now += 10.0
        desk.notices()
    assert desk.urgent.memos_since(desk.midnight) == 12
    assert desk.reason() == KEPT_FOR_FALLS
    for number in range(8):
        desk.add(f"camera {number}")
        assert desk.falls() == [(f"camera {number}", 1)]
    desk.midnight = desk.now + 1.0
    desk.now += 601.0
    ((*waited,),) = desk.notices()
    assert waited == [("camera 12", False), ("camera 13", False)]


@pytest.mark.parametrize("quota", [20])
def test_one_camera_leaves_a_share_of_the_day_to_the_others(desk: Desk) -> None:
    for _ in range(30):
        desk.add("hall")
        desk.now += 60.0
        desk.falls()
    assert desk.urgent.memos_since(desk.midnight) == 16
    assert desk.reason() == KEPT_FOR_OTHERS
    for _ in range(4):
        desk.add("bedroom")
        assert desk.falls() == [("bedroom", 1)]
    desk.midnight = desk.now + 1.0
    desk.now += 601.0
    assert desk.falls() == [("hall", 14)]


@pytest.mark.parametrize("jump", [-HOUR, -20 * 365 * DAY, HOUR, 20 * 365 * DAY], ids=str)
def test_clock_that_was_set_before_a_restart_delays_and_loses_nothing(
    desk: Desk, jump: float
) -> None:
    """What was told and what waits of both kinds, in the time of a clock that was wrong."""
    desk.begin("hall", of="1")
    desk.now += Limits.gather
    assert len(desk.notices()) == 1
    desk.begin("hall", of="2")
    for _ in range(Limits.singles + 1):
        desk.add("kitchen")
        desk.falls()
    assert desk.reason() == JOINED
    desk.ledger.open(
        Alert("begun", "b", "begun", "fall", "bedroom", desk.now, HOME, ended=False),
        desk.now,
        desk.now + 30.0,
    )
    desk.now += jump
    desk.restart()
    desk.falls()
    desk.now += Limits.joined
    desk.falls()
    assert desk.ledger.oldest_unsent() is None
    desk.now += HOUR
    desk.notices()
    counts = desk.ledger.counts()
    assert counts == dict.fromkeys(counts, 0) | {"sent": Limits.singles + 4}
    assert desk.begin("garden") is News.ALL


def follow_up(desk: Desk, camera: str, number: int) -> None:
    with desk.database.writing() as db:
        first = Alert("first", camera, "e", "fall", camera, desk.now, HOME)
        alert = replace(first, key=f"{camera}-{number}", round=number)
        assert desk.ledger.follow_up(db, alert, ["ntfy-1"], desk.now)


def test_later_rounds_hold_up_no_fall_and_are_neither_limited_nor_joined(desk: Desk) -> None:
    desk.add("hall")
    assert desk.falls() == [("hall", 1)]
    for number in range(1, 20):
        follow_up(desk, "hall", number)
        desk.now += 1.0
        assert desk.falls() == [("hall", 1)]
    desk.add("hall")
    follow_up(desk, "hall", 20)
    attempts = [desk.take(desk.urgent) for _ in range(2)]
    assert [attempt.alerts[0].round for attempt in attempts if attempt] == [0, 20]


def test_round_that_follows_takes_the_place_of_one_that_waits_and_leaves_the_notices(
    desk: Desk,
) -> None:
    follow_up(desk, "hall", 1)
    with desk.database.writing() as db:
        notice = Alert("n", "hall", "e", "fall", "hall", desk.now, HOME, notice="going")
        assert desk.ledger.follow_up(db, notice, ["ntfy-1"], desk.now)
        assert not desk.ledger.follow_up(db, notice, ["ntfy-1"], desk.now)
        assert not desk.ledger.follow_up(db, replace(notice, key="m"), [], desk.now)
    follow_up(desk, "hall", 2)
    taken = [desk.take(desk.urgent) for _ in range(3)]
    assert [attempt.keys for attempt in taken if attempt] == [["n"], ["hall-2"]]
    assert desk.ledger.counts()["withdrawn"] == 1


def test_what_is_withdrawn_is_sent_by_nobody_and_what_is_on_its_way_not_again(desk: Desk) -> None:
    desk.add("hall", of="hall")
    attempt = desk.urgent.take_due(desk.now)
    assert attempt is not None
    desk.begin("kitchen", "fall", of="kitchen")
    with desk.database.writing() as db:
        withdraw(db, ["hall", "kitchen"], desk.now)
    desk.urgent.postpone(attempt, desk.now, desk.now + 1.0, "refused")
    desk.now += DAY
    assert desk.falls() == []
    desk.restart()
    assert desk.falls() == []
    assert desk.ledger.counts()["withdrawn"] == 2
    assert desk.ledger.oldest_unsent() is None


def test_trouble_waits_until_the_quiet_hours_of_its_reader_end_and_no_fall_does(
    desk: Desk,
) -> None:
    morning = desk.now + 8 * HOUR
    for urgent in (True, False):
        queue = Deliveries(
            desk.database,
            "ntfy-1",
            urgent=urgent,
            quiet_until=lambda now: morning if now < morning else None,
        )
        desk.urgent, desk.troubles = (queue, desk.troubles) if urgent else (desk.urgent, queue)
    desk.begin("hall")
    desk.add("bedroom")
    desk.now += Limits.gather
    assert desk.falls() == [("bedroom", 1)]
    assert desk.notices() == []
    desk.now += HOUR
    # It need not be said that it waits: that is wanted.
    assert desk.ledger.oldest_unsent() is None
    desk.troubles.hasten(desk.now)
    assert desk.notices() == []
    desk.now = morning
    assert desk.notices() == [[("hall", False)]]
