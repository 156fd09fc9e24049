"""Two households on one server: whose alert it is, and who hears of it and answers it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.access.roles import Role
from backend.alerts.channels.base import Alert
from backend.alerts.policy import DAILY_WORD
from backend.escalation.answer import Answer, Way
from backend.escalation.answering import Speaker
from backend.escalation.errors import AnswerLinkOver
from backend.escalation.links import AnswerClaims
from backend.incidents.errors import UnknownIncident
from backend.people import store
from backend.people.household import HouseholdSettings
from backend.troubles.table import TROUBLES
from contract.events import FALL, End, Start
from testkit.clock import Clock
from testkit.escalations import KIM, EscalationAlone, Member
from testkit.phones import Phone

BEGAN = 1_800_000_000.0
FIRST = HouseholdSettings(name="301호", address="서울 종로구 1", repeat_sec=60.0)
SECOND = HouseholdSettings(
    name="302호", address="Berlin 2", repeat_sec=20.0, language="en", time_zone="Europe/Berlin"
)
CHOI = Member("Choi", 1, language="en")
HALL, NEXT_DOOR = "거실", "거실.h2"
KIMS, CHOIS, OWN = 0, 1, 2
"""The phones: Kim is of both households in one of them, Choi of the second."""


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[EscalationAlone]:
    clock = Clock(BEGAN)
    neighbours = (SECOND, [CHOI])
    house = Phone("json-1")
    home = EscalationAlone(tmp_path, clock, [KIM], FIRST, [house], neighbours=neighbours)
    yield home
    home.database.close()


def fall(camera: str, clock: Clock, name: str = "f1") -> End:
    return End(
        event_id=f"end-{name}-{camera}",
        incident_id=name,
        camera_id=camera,
        ts=clock.now,
        event=FALL,
        duration_sec=2.0,
        state="lying",
    )


def counts(home: EscalationAlone) -> list[int]:
    return [len(phone.memos) for phone in home.phones]


def add_to_second(home: EscalationAlone, person_id: int = 1) -> None:
    with home.database.writing() as db:
        store.join(db, person_id, 2, Role.CAREGIVER, 1, BEGAN)


def test_fall_rings_in_its_own_household_and_by_its_own_steps(homes: EscalationAlone) -> None:
    homes.hear(fall(HALL, homes.clock))
    homes.run(0)
    assert counts(homes) == [1, 0, 1], "the channels of the settings are the first household's"
    homes.hear(fall(NEXT_DOOR, homes.clock))
    homes.run(59)
    assert counts(homes) == [1, 3, 1], "every 20 s there, every 60 s here"
    homes.run(1)
    assert counts(homes) == [2, 4, 2]


def test_memo_is_of_its_household_in_language_place_and_time(homes: EscalationAlone) -> None:
    homes.hear(fall(HALL, homes.clock))
    homes.hear(fall(NEXT_DOOR, homes.clock))
    homes.run(0)
    (here,), (there,) = homes.phones[KIMS].memos, homes.phones[CHOIS].memos
    assert here.text.startswith("낙상 (넘어짐) 감지 - 거실\n")
    assert "서울 종로구 1" in here.text
    assert "오후 4시 59분 58초" in here.text
    assert there.text.splitlines()[0].endswith(" - 거실"), "no caregiver reads `.h2`"
    assert "Berlin 2" in there.text
    assert "08:59:58" in there.text


def test_answer_ends_one_households_rounds_and_is_told_there_alone(homes: EscalationAlone) -> None:
    homes.hear(fall(HALL, homes.clock))
    second = homes.hear(fall(NEXT_DOOR, homes.clock))
    homes.run(0)
    with pytest.raises(UnknownIncident):
        homes.service.answer(second.id, Speaker(1, 1, Way.PAGE), Answer.GOING)
    homes.service.answer(second.id, Speaker(2, None, Way.API), Answer.CALLED_119)
    homes.run(60)
    assert counts(homes) == [2, 2, 2]
    assert homes.phones[CHOIS].titles[-1] == "Somebody has called 119 - 거실"


def test_link_answers_for_its_household_and_its_person_there(homes: EscalationAlone) -> None:
    add_to_second(homes)
    incident = homes.hear(fall(NEXT_DOOR, homes.clock))
    homes.run(0)
    links = [phone.memos[0].link or "" for phone in homes.phones[:2]]
    claims = [homes.service.claims(link.rpartition("/")[2]) for link in links]
    assert [(it.household_id, it.person_id) for it in claims] == [(2, 1), (2, 2)]
    token = homes.service.links.sign(
        AnswerClaims(incident_id=incident.id, household_id=1, person_id=1), BEGAN
    )
    with pytest.raises(AnswerLinkOver):
        homes.service.claims(token)
    with homes.database.writing() as db:
        store.leave(db, 1, 2, BEGAN)
    with pytest.raises(AnswerLinkOver, match="has left"):
        homes.service.claims(links[KIMS].rpartition("/")[2])


def test_who_is_of_both_is_told_which_it_is(homes: EscalationAlone) -> None:
    add_to_second(homes)
    homes.hear(fall(HALL, homes.clock))
    homes.hear(fall(NEXT_DOOR, homes.clock))
    homes.run(0)
    assert homes.phones[KIMS].titles == [
        "낙상 (넘어짐) 감지 - 301호, 거실",
        "낙상 (넘어짐) 감지 - 302호, 거실",
    ]
    assert homes.phones[OWN].titles == ["낙상 (넘어짐) 감지 - 거실"]


def test_who_has_left_is_told_nothing_more_of_there(homes: EscalationAlone) -> None:
    add_to_second(homes)
    incident = homes.hear(fall(NEXT_DOOR, homes.clock))
    homes.run(0)
    with homes.database.writing() as db:
        store.leave(db, 1, 2, BEGAN)
    homes.service.answer(incident.id, Speaker(2, None, Way.API), Answer.GOING)
    homes.run(1)
    assert counts(homes) == [1, 2, 0]


def test_what_is_joined_is_of_one_household(homes: EscalationAlone) -> None:
    add_to_second(homes)
    for camera in (HALL, NEXT_DOOR, "안방", "안방.h2"):
        trouble = Start(
            event_id=f"silent-{camera}",
            incident_id=f"silent-{camera}",
            camera_id=camera,
            ts=homes.clock.now,
            event="camera_silent",
            duration_sec=60.0,
        )
        homes.hear(trouble)
    homes.run(120)
    silent = TROUBLES["camera_silent"].ko.what
    assert homes.phones[KIMS].titles == [
        f"301호: {silent} 2대: 거실, 안방",
        f"302호: {silent} 2대: 거실, 안방",
    ]
    assert len(homes.phones[CHOIS].memos) == 1
    assert len(homes.phones[OWN].memos) == 1


def test_household_that_is_not_set_up_has_nobody_and_no_rounds(homes: EscalationAlone) -> None:
    homes.hear(fall("거실.h3", homes.clock))
    homes.run(600)
    assert counts(homes) == [0, 0, 0]
    assert homes.rounds.until_next(homes.clock()) is None


def test_household_that_has_ended_is_rung_no_more(homes: EscalationAlone) -> None:
    homes.hear(fall(NEXT_DOOR, homes.clock))
    homes.run(0)
    with homes.database.writing() as db:
        store.end_household(db, 2, homes.clock.now)
    homes.run(600)
    assert counts(homes) == [0, 1, 0]
    assert homes.rounds.until_next(homes.clock()) is None


def test_word_of_the_day_says_whose_it_is_to_who_is_of_both(homes: EscalationAlone) -> None:
    add_to_second(homes)
    word = Alert(
        key="w", incident="w", event_id="w", label=DAILY_WORD, camera_id="", ended_at=BEGAN,
        detail="{}", notice=DAILY_WORD, household_id=2,
    )  # fmt: skip
    with homes.database.writing() as db:
        homes.alerts.follow_up(db, word, ["contact-1", "contact-2"], BEGAN)
    homes.run(0)
    assert homes.phones[KIMS].titles == ["302호, 1월 15일 하루 소식"]
    assert "302호" not in homes.phones[CHOIS].titles[0]


def test_clock_that_was_ahead_keeps_no_households_step_waiting(homes: EscalationAlone) -> None:
    homes.hear(fall(HALL, homes.clock))
    homes.hear(fall(NEXT_DOOR, homes.clock))
    homes.run(0)
    homes.clock.now -= 86_400.0
    homes.restart()
    homes.rounds.turn_back(homes.clock())
    assert (homes.rounds.until_next(homes.clock()) or 0.0) <= 3600.0


def test_fall_on_purpose_shows_what_the_households_own_camera_has_seen(
    homes: EscalationAlone,
) -> None:
    test = homes.service.fall_tests.begin(2, NEXT_DOOR, 2, 60.0)
    homes.clock.now += 5
    for camera in (HALL, NEXT_DOOR):
        homes.hear(fall(camera, homes.clock))
    homes.run(0)
    assert [it.camera_id for it in homes.service.fall_tests.incidents(test)] == [NEXT_DOOR]
