"""Falls on purpose: the tester alone is notified, and no real fall is hidden for long."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.escalation.answer import Answer, Way
from backend.escalation.answering import Speaker
from backend.escalation.course import Happening
from backend.escalation.errors import FallTestUnderWay, NoFallTest, SomebodyInNeed
from backend.incidents.fall_tests import MOST_SEC
from backend.people.errors import NotSetUp
from contract.events import FALL, ON_FLOOR, End, Start
from contract.incidents import IncidentState
from testkit.clock import Clock
from testkit.escalations import KIM, LEE, PARK, EscalationAlone, Member
from testkit.households import HOME
from testkit.phones import Phone

KIM_SAYS, LEE_SAYS = Speaker(1, 1, Way.PAGE), Speaker(1, 2, Way.PAGE)
Fall = Callable[..., End]
StillDown = Callable[..., Start | End]


@pytest.fixture
def home(make_home: Callable[..., EscalationAlone]) -> EscalationAlone:
    """Lee makes the test, whom alerts reach second."""
    return make_home(members=[KIM, LEE, PARK])


def begin(home: EscalationAlone, seconds: float = MOST_SEC, person: int | None = 2) -> Any:
    return home.service.fall_tests.begin(1, "거실", person, seconds)


def counts(home: EscalationAlone) -> list[int]:
    return [len(phone.memos) for phone in home.phones]


def is_test(home: EscalationAlone, incident: Any) -> bool:
    found = home.incidents.find(incident.id, HOME)
    assert found is not None
    return found.is_test


def start(clock: Clock, name: str = "f1") -> Start:
    return Start(
        event_id=f"start-{name}", incident_id=name, camera_id="거실", ts=clock.now, event=FALL
    )


def on_floor(clock: Clock, kind: type[Start] | type[End] = Start, since: float = 20.0) -> Any:
    return kind(
        event_id=f"floor-{kind.__name__}",
        incident_id="o1",
        camera_id="거실",
        ts=clock.now,
        event=ON_FLOOR,
        duration_sec=since,
    )


def test_fall_of_a_test_is_told_to_the_tester_alone_as_a_test_and_not_repeated(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    begin(home)
    clock.now += 10
    incident = home.hear(start(clock))
    clock.now += 2
    home.hear(fall())
    home.run(200)
    assert counts(home) == [0, 1, 0]
    assert home.phones[1].titles == ["[시험: 실제 상황 아님] 알림 점검 - 거실"]
    assert is_test(home, incident)
    home.service.fall_tests.end(LEE_SAYS)
    home.run(3600)
    assert counts(home) == [0, 1, 0]
    found = home.incidents.find(incident.id, HOME)
    assert found is not None
    assert (found.state, found.is_test) == (IncidentState.RESOLVED, True)
    told = [it.kind for it in home.service.course(incident.id, HOME).entries]
    assert Happening.RESOLVED in told


def test_what_is_not_over_when_the_time_is_over_alarms_everybody_at_once(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    begin(home, 120)
    clock.now += 10
    incident = home.hear(fall())
    home.run(109)
    assert counts(home) == [0, 1, 0]
    home.run(1)
    assert counts(home) == [1, 1, 0]
    assert home.phones[0].titles == ["낙상 (넘어짐) 감지 - 거실"]
    assert not is_test(home, incident)
    home.run(180)
    assert counts(home)[1] > 1
    state = home.service.state(incident.id)
    assert state is not None
    assert not state.is_test
    told = [it.kind for it in home.service.course(incident.id, HOME).entries]
    assert Happening.REAL in told


def test_camera_that_sees_the_person_up_ends_it_without_a_word(
    home: EscalationAlone, fall: Fall, still_down: StillDown, clock: Clock
) -> None:
    begin(home, 120)
    clock.now += 5
    incident = home.hear(fall())
    home.run(15)
    home.hear(still_down())
    home.run(10)
    home.hear(still_down(End, 25.0))
    home.run(3600)
    assert counts(home) == [0, 3, 0]
    found = home.incidents.find(incident.id, HOME)
    assert found is not None
    assert found.state is IncidentState.RESOLVED


def test_who_is_up_at_once_is_told_to_nobody(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    begin(home)
    clock.now += 5
    home.hear(start(clock))
    clock.now += 2
    home.hear(fall(state="recovered"))
    home.run(3600)
    assert counts(home) == [0, 0, 0]


def test_who_is_still_down_when_the_button_is_pressed_alarms_everybody_in_a_moment(
    home: EscalationAlone, fall: Fall, still_down: StillDown, clock: Clock
) -> None:
    begin(home)
    clock.now += 5
    home.hear(fall())
    home.run(15)
    down = home.hear(still_down())
    home.run(5)
    home.service.fall_tests.end(LEE_SAYS)
    home.run(14)
    assert counts(home)[0] == 0
    home.run(1)
    assert counts(home)[0] == 1
    assert home.phones[0].titles == ["넘어진 뒤 일어나는 모습이 보이지 않음 - 거실"]
    assert not is_test(home, down)


def test_who_gets_up_a_moment_after_the_button_alarms_nobody(
    home: EscalationAlone, fall: Fall, still_down: StillDown, clock: Clock
) -> None:
    begin(home)
    clock.now += 5
    home.hear(fall())
    home.run(15)
    home.hear(still_down())
    home.service.fall_tests.end(LEE_SAYS)
    home.run(5)
    home.hear(still_down(End, 20.0))
    home.run(3600)
    assert counts(home)[0] == 0


def test_who_is_found_still_down_after_the_test_is_real(
    home: EscalationAlone, fall: Fall, still_down: StillDown, clock: Clock
) -> None:
    begin(home)
    clock.now += 5
    home.hear(fall())
    home.run(5)
    home.service.fall_tests.end(LEE_SAYS)
    home.run(10)
    home.hear(still_down())
    home.run(0)
    assert counts(home) == [1, 1, 0]
    home.run(60)
    assert counts(home)[0] == 2


def test_fall_that_is_seen_to_end_after_the_test_is_real_for_all_who_are_first(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    begin(home, 10)
    clock.now += 9
    incident = home.hear(start(clock))
    clock.now += 2
    home.hear(fall())  # before the step was done
    home.run(0)
    assert counts(home)[0] == 1
    assert not is_test(home, incident)
    home.run(60)
    assert counts(home)[0] == 2


@pytest.mark.parametrize("at", ["before", "another camera", "later"])
def test_what_is_not_of_the_test_is_real(
    home: EscalationAlone, fall: Fall, clock: Clock, at: str
) -> None:
    began = fall()
    test = begin(home, 60)
    clock.now += {"before": 1, "another camera": 5, "later": 61}[at]
    event = began if at == "before" else fall()
    if at == "another camera":
        event = event.model_copy(update={"camera_id": "침실"})
    home.hear(event)
    home.run(0)
    assert counts(home) == [1, 0, 0]
    assert home.service.fall_tests.incidents(test) == []


def test_who_lay_on_the_floor_before_the_test_is_real(home: EscalationAlone, clock: Clock) -> None:
    clock.now += 100
    begin(home)
    clock.now += 5
    home.hear(on_floor(clock))
    home.run(0)
    assert counts(home) == [1, 0, 0]


def test_who_lies_down_slowly_is_told_to_the_tester_and_is_over_when_up(
    home: EscalationAlone, clock: Clock
) -> None:
    begin(home)
    clock.now += 30
    home.hear(on_floor(clock))
    home.run(10)
    home.hear(on_floor(clock, End, 30.0))
    home.run(3600)
    assert counts(home)[::2] == [0, 0]
    assert home.phones[1].memos


def test_testers_word_ends_the_incident_and_not_the_test(
    home: EscalationAlone, fall: Fall, still_down: StillDown, clock: Clock
) -> None:
    test = begin(home)
    clock.now += 5
    incident = home.hear(fall())
    home.run(5)
    home.service.answer(incident.id, LEE_SAYS, Answer.ALL_WELL)
    home.run(10)
    home.hear(still_down())  # and is seen to lie there all the same
    home.run(200)
    assert counts(home)[0] == 0
    home.run(MOST_SEC)
    assert counts(home)[0] > 0
    assert len(home.service.fall_tests.incidents(test)) == 2


def test_whoever_takes_it_for_real_makes_it_real(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    begin(home)
    clock.now += 5
    incident = home.hear(fall())
    home.run(5)
    home.service.answer(incident.id, Speaker(1, 3, Way.PAGE), Answer.CALLED_119)
    home.run(0)
    assert home.phones[0].titles == ["Park 님이 119에 신고함 - 거실"]
    assert home.service.fall_tests.running(1) is None
    assert not is_test(home, incident)
    home.run(3600)
    assert counts(home)[0] == 1


def test_restart_neither_ends_nor_prolongs_it(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    begin(home, 120)
    clock.now += 10
    home.hear(fall())
    home.run(0)
    home.restart()
    assert home.service.fall_tests.running(1) is not None
    home.run(109)
    assert counts(home) == [0, 1, 0]
    home.restart()
    home.run(1)
    assert counts(home) == [1, 1, 0]
    home.restart()
    home.run(0)
    assert counts(home) == [1, 1, 0]


def test_server_that_was_away_alarms_everybody_as_soon_as_it_is_back(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    begin(home, 60)
    clock.now += 10
    event = fall()
    incident = home.incidents.take(event, clock())  # killed before it was notified
    clock.now += 3600
    home.restart()
    home.service.consider(incident, event, clock())
    home.run(0)
    assert counts(home)[0] == 1


def test_tester_without_a_channel_is_notified_of_nothing_and_what_is_real_goes_out(
    make_home: Callable[..., EscalationAlone], fall: Fall, clock: Clock
) -> None:
    home = make_home(members=[KIM], own=[Phone("kakao")])
    begin(home, 60, person=None)
    clock.now += 5
    home.hear(fall())
    home.run(54)
    assert counts(home) == [0, 0]
    assert home.alerts.queue_failure is None or "thread" in home.alerts.queue_failure
    home.run(1)
    assert counts(home) == [1, 1]


def test_one_test_at_a_time_and_none_where_somebody_may_be_in_need(
    home: EscalationAlone, fall: Fall, clock: Clock
) -> None:
    incident = home.hear(fall())
    with pytest.raises(SomebodyInNeed):
        begin(home)
    home.service.answer(incident.id, KIM_SAYS, Answer.ALL_WELL)
    begin(home)
    with pytest.raises(FallTestUnderWay):
        begin(home)
    home.service.fall_tests.end(KIM_SAYS)
    with pytest.raises(NoFallTest):
        home.service.fall_tests.end(KIM_SAYS)
    test = begin(home, 10_000)
    assert test.until == clock.now + MOST_SEC


def test_household_that_is_not_set_up_makes_no_test(
    make_home: Callable[..., EscalationAlone],
) -> None:
    with pytest.raises(NotSetUp):
        begin(make_home(settings=None))


def test_who_is_really_down_joins_no_self_test(
    make_home: Callable[..., EscalationAlone], fall: Fall, still_down: StillDown, clock: Clock
) -> None:
    home = make_home(members=[Member("Kim", 1)])
    home.hear(fall(test=True))
    clock.now += 15
    home.hear(still_down())
    home.run(60)
    assert [it for it in home.phones[0].titles if "시험" not in it] == [
        "넘어진 뒤 일어나는 모습이 보이지 않음 - 거실"
    ] * 2
