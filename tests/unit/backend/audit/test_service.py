"""Who did and looked at what."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from backend.access.keys import HOUSEHOLD, Caller
from backend.access.roles import Role
from backend.audit.actions import Action
from backend.audit.service import LOOK_SEC, AuditService
from backend.storage.database import SqliteDatabase
from testkit.clock import Clock
from testkit.households import HOME

MINJI = Caller("person 1", HOME, person_id=1, role=Role.OWNER)
JUNHO = Caller("person 2", HOME, person_id=2, role=Role.VIEWER)
STRANGE_HOUSE = Caller("person 3", person_id=3, role=Role.OWNER, household_id=2)


@pytest.fixture
def clock() -> Clock:
    return Clock(1_800_000_000.0)


@pytest.fixture
def audit(tmp_path: Path, clock: Clock) -> Iterator[AuditService]:
    with closing(SqliteDatabase(tmp_path / "dolbom.sqlite3")) as database:
        yield AuditService(database, clock)


def test_entries_are_newest_first_and_of_a_span(audit: AuditService, clock: Clock) -> None:
    audit.note(MINJI, Action.INVITED, "caregiver")
    clock.sleep(60)
    audit.note(HOUSEHOLD, Action.ERASED, "hall")
    found = audit.entries(0, 1e11, 10, HOME)
    assert [(it.person_id, it.action, it.subject) for it in found] == [
        (None, Action.ERASED, "hall"),
        (1, Action.INVITED, "caregiver"),
    ]
    assert audit.entries(0, 1e11, 1, HOME) == found[:1]
    assert audit.entries(clock(), clock() + 1, 10, HOME) == found[:1]
    assert audit.entries(0, clock(), 10, HOME) == found[1:]


def test_looking_for_a_while_is_one_entry_a_person_and_thing(
    audit: AuditService, clock: Clock
) -> None:
    for caller, subject in ((MINJI, "a"), (MINJI, "b"), (JUNHO, "a")) * 3:
        clock.sleep(1)
        audit.looked(caller, subject)
    assert len(audit.entries(0, 1e11, 10, HOME)) == 3
    clock.sleep(LOOK_SEC)
    audit.looked(MINJI, "a")
    assert len(audit.entries(0, 1e11, 10, HOME)) == 4


def test_who_is_of_two_households_is_seen_to_look_in_both(audit: AuditService) -> None:
    for household_id in (1, 2):
        audit.looked(replace(MINJI, household_id=household_id), "now")
        assert len(audit.entries(0, 1e11, 10, household_id)) == 1


def test_what_is_done_again_and_again_is_an_entry_for_each_thing_that_is_done(
    audit: AuditService,
) -> None:
    for _ in range(3):
        audit.note_rarely(MINJI, Action.DOWNLOADED_DATASET, "a")
        audit.looked(MINJI, "a")
    found = audit.entries(0, 1e11, 10, HOME)
    assert {it.action for it in found} == {Action.DOWNLOADED_DATASET, Action.LOOKED}
    assert len(found) == 2


def test_another_household_reads_none_of_it(audit: AuditService) -> None:
    audit.note(MINJI, Action.LOGGED_IN)
    audit.note(STRANGE_HOUSE, Action.LOGGED_IN)
    assert [it.person_id for it in audit.entries(0, 1e11, 10, household_id=2)] == [3]


def test_look_is_noted_although_the_clock_was_set_back(audit: AuditService, clock: Clock) -> None:
    audit.looked(MINJI, "a")
    clock.now -= 365 * 86_400
    audit.looked(MINJI, "a")
    assert len(audit.entries(0, 1e11, 10, HOME)) == 2
