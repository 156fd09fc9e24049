"""Which messages are made of the household's incidents, and how long they wait."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from backend.bus import Bus
from backend.incidents import store as incidents
from backend.integrations.webhooks import store
from backend.integrations.webhooks.sender import Address
from backend.integrations.webhooks.service import DAY_SEC, LOOKED_AT_SEC, WebhookService
from backend.integrations.webhooks.signing import Signer
from backend.storage.database import SqliteDatabase
from contract.events import Start
from testkit.clock import Clock

NOW = 1.8e9
ADDRESSES = [Address(f"address {number}", SecretStr(f"http://{number}")) for number in (1, 2)]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    with closing(SqliteDatabase(tmp_path / "database" / "dolbom.sqlite3")) as database:
        yield database


@pytest.fixture
def service(database: SqliteDatabase, clock: Clock) -> WebhookService:
    return WebhookService(database, Bus(), ADDRESSES, Signer(b"k" * 32), NOW, clock)


def begin(database: SqliteDatabase, at: float, camera_id: str = "hall") -> None:
    """A fall that began and was heard of then."""
    event = Start(event_id=f"e{at}", camera_id=camera_id, ts=at, event="fall", incident_id=f"i{at}")
    with database.writing() as db:
        incidents.take(db, event, at)


def waiting(database: SqliteDatabase, now: float, address: Address = ADDRESSES[0]) -> list[str]:
    """The types of what is due at an address."""
    with database.reading() as db:
        due = store.due(db, address.digest, now, 100)
    return [json.loads(it.body)["type"] for it in due]


def test_each_message_is_made_once_for_each_address_also_after_a_restart(
    database: SqliteDatabase, service: WebhookService, clock: Clock
) -> None:
    begin(database, NOW)
    service.make()
    service.make()
    WebhookService(database, Bus(), ADDRESSES, Signer(b"k" * 32), NOW, clock).make()
    assert [waiting(database, NOW, it) for it in ADDRESSES] == [["incident.began"]] * 2
    assert service.health().status == "ok"


def test_what_had_begun_before_the_first_start_is_not_told(
    database: SqliteDatabase, service: WebhookService
) -> None:
    begin(database, NOW - 1)
    service.make()
    assert waiting(database, NOW) == []


def test_what_nobody_took_for_a_day_is_given_up_and_what_is_a_week_old_not_made_again(
    database: SqliteDatabase, service: WebhookService, clock: Clock
) -> None:
    begin(database, NOW)
    service.make()
    clock.now = NOW + DAY_SEC - 1
    service.make()
    assert len(waiting(database, clock.now)) == 1
    for later in (NOW + DAY_SEC + 1, NOW + LOOKED_AT_SEC + 1):
        clock.now = later
        service.make()
        assert waiting(database, clock.now) == []


def test_what_is_erased_or_for_an_address_that_is_no_longer_set_is_not_told(
    database: SqliteDatabase, service: WebhookService, clock: Clock
) -> None:
    begin(database, NOW)
    service.make()
    WebhookService(database, Bus(), ADDRESSES[1:], Signer(b"k" * 32), NOW, clock).make()
    assert [len(waiting(database, NOW, it)) for it in ADDRESSES] == [0, 1]
    with database.writing() as db:
        db.execute(incidents.incidents.delete())
    service.make()
    assert waiting(database, NOW, ADDRESSES[1]) == []


def test_delivery_that_failed_waits_and_one_of_another_clock_does_not(
    database: SqliteDatabase, service: WebhookService
) -> None:
    begin(database, NOW)
    service.make()
    with database.writing() as db:
        (delivery,) = store.due(db, ADDRESSES[0].digest, NOW, 100)
        store.put_off(db, delivery.number, 1, NOW + 60)
    assert [len(waiting(database, at)) for at in (NOW + 59, NOW + 60)] == [0, 1]
    assert len(waiting(database, NOW - 2 * store.LONGEST_WAIT_SEC)) == 1


def test_what_happens_in_another_household_is_told_to_no_address_of_this_one(
    database: SqliteDatabase, service: WebhookService
) -> None:
    begin(database, NOW, "hall.h2")
    service.make()
    assert waiting(database, NOW) == []
