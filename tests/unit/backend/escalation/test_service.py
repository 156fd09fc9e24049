"""From a fall to the answer of a person, by a clock that the test moves."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.access.roles import Role
from backend.alerts.channels.base import ChannelError, DailyQuota, Disposition
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.escalation.answer import Answer, Verdict, Way
from backend.escalation.answering import Speaker
from backend.escalation.errors import (
    AnswerLinkOver,
    IncidentOver,
    NoAnswerExpected,
    UnknownAnswerLink,
)
from backend.escalation.links import AnswerClaims
from backend.incidents.errors import UnknownIncident
from contract.events import End, Start
from contract.incidents import IncidentState
from testkit.clock import Clock
from testkit.escalations import KIM, LEE, EscalationAlone, Member
from testkit.households import HOME
from testkit.phones import Phone

KIM_SAYS, LEE_SAYS = Speaker(1, 1, Way.PAGE), Speaker(1, 2, Way.PAGE)
Fall = Callable[..., End]
StillDown = Callable[..., Start | End]


def counts(home: EscalationAlone) -> list[int]:
    return [len(phone.memos) for phone in home.phones]


def test_fall_is_repeated_and_goes_on_to_the_next_until_all_know(
    home: EscalationAlone, fall: Fall
) -> None:
    home.hear(fall())
    home.run(0)
    assert counts(home) == [1, 0, 0]
    home.run(179)
    assert counts(home) == [3, 0, 0]
    home.run(1)
    assert counts(home) == [4, 1, 0]
    home.run(179)
    assert counts(home) == [6, 3, 0]
    home.run(1)
    assert counts(home) == [7, 4, 1]
    assert home.service.health(1).reason is not None  # the thread does not run here
    state = home.service.state(home.incidents.newest(wanted(), 1)[0].id)
    assert state is not None
    assert state.exhausted_at is None
    home.run(60)
    assert counts(home) == [7, 4, 1]
    home.run(240)
    assert counts(home) == [8, 5, 2]
    home.run(300)
    assert counts(home) == [9, 6, 3]
    assert home.phones[0].memos[-1].text.splitlines()[-1] == (
        "아직 아무도 답하지 않았습니다. (알림 8번째)"
    )


def wanted() -> Any:
    from backend.incidents.store import Wanted

    return Wanted(HOME)


def test_answers_and_verdicts_stand_in_the_audit_log(home: EscalationAlone, fall: Fall) -> None:
    incident = home.hear(fall())
    home.run(200)
    home.service.answer(incident.id, KIM_SAYS, Answer.GOING)
    home.service.answer(incident.id, KIM_SAYS, Answer.GOING)  # the same again is no other
    home.service.verdict(incident.id, Speaker(1, 2, Way.LINK), Verdict.FALL)
    home.service.resolve(incident.id, Speaker(1, None, Way.API))
    found = AuditService(home.database).entries(0.0, 1e11, 10, HOME)
    assert sorted((it.person_id or 0, it.action, it.subject) for it in found) == [
        (0, Action.ANSWERED, f"incident {incident.id}"),
        (1, Action.ANSWERED, f"incident {incident.id}"),
        (2, Action.GAVE_VERDICT, f"incident {incident.id}"),
    ]


def test_answer_ends_the_rounds_and_the_others_are_told(home: EscalationAlone, fall: Fall) -> None:
    incident = home.hear(fall())
    home.run(200)
    before = counts(home)
    home.service.answer(incident.id, KIM_SAYS, Answer.GOING)
    home.run(600)
    assert [after - was for after, was in zip(counts(home), before, strict=True)] == [0, 1, 0]
    assert home.phones[1].titles[-1] == "Kim 님이 가고 있음 - 거실"
    found = home.incidents.find(incident.id, HOME)
    assert found is not None
    assert found.state is IncidentState.ACKNOWLEDGED


def test_same_answer_twice_is_one(home: EscalationAlone, fall: Fall) -> None:
    incident = home.hear(fall())
    home.run(200)
    for _ in range(3):
        home.service.answer(incident.id, KIM_SAYS, Answer.CALLED_119)
    home.run(0)
    assert [it for it in home.phones[1].titles if "119" in it] == ["Kim 님이 119에 신고함 - 거실"]
    home.service.answer(incident.id, LEE_SAYS, Answer.GOING)
    home.run(0)
    assert home.phones[0].titles[-1] == "Lee 님이 가고 있음 - 거실"


def test_who_is_going_is_asked_and_without_an_answer_all_are_notified(
    home: EscalationAlone, fall: Fall
) -> None:
    incident = home.hear(fall())
    home.run(10)
    home.service.answer(incident.id, KIM_SAYS, Answer.GOING)
    home.run(899)
    assert counts(home) == [1, 0, 0]
    home.run(1)
    assert home.phones[0].titles[-1].startswith("도착하셨나요?")
    assert [button.answer for button in home.phones[0].memos[-1].buttons] == list(Answer)
    home.run(179)
    assert counts(home) == [2, 0, 0]
    home.run(1)
    assert counts(home) == [3, 1, 1]
    home.service.answer(incident.id, KIM_SAYS, Answer.GOING)
    home.run(800)
    assert counts(home) == [3, 2, 2]


def test_who_was_asked_and_answers_is_asked_again_later(home: EscalationAlone, fall: Fall) -> None:
    incident = home.hear(fall())
    home.service.answer(incident.id, KIM_SAYS, Answer.GOING)
    home.run(900)
    home.service.answer(incident.id, KIM_SAYS, Answer.GOING)
    home.run(899)
    asked = [it for it in home.phones[0].titles if it.startswith("도착하셨나요?")]
    assert len(asked) == 1
    home.run(1)
    assert home.phones[0].titles[-1].startswith("도착하셨나요?")
    assert counts(home)[1:] == [0, 0]


def test_all_is_well_resolves_and_nothing_more_can_be_answered(
    home: EscalationAlone, fall: Fall
) -> None:
    incident = home.hear(fall())
    home.run(200)
    token = (home.phones[1].memos[0].link or "").rpartition("/")[2]
    assert home.service.claims(token).person_id == 2
    home.service.answer(incident.id, KIM_SAYS, Answer.ALL_WELL)
    home.run(3600)
    assert home.phones[1].titles[-1] == "Kim 님이 괜찮다고 답함 - 거실"
    assert home.phones[1].memos[-1].link is None
    with pytest.raises(IncidentOver):
        home.service.answer(incident.id, LEE_SAYS, Answer.GOING)
    with pytest.raises(AnswerLinkOver):
        home.service.claims(token)
    with pytest.raises(UnknownAnswerLink):
        home.service.claims(token[:-2])
    verdicts = [it for it in home.service.course(incident.id, HOME).entries if it.kind == "verdict"]
    assert [it.detail for it in verdicts] == [Verdict.FALSE_ALARM]


def test_still_down_is_a_round_of_its_fall_and_one_answer_ends_both(
    home: EscalationAlone, fall: Fall, still_down: StillDown
) -> None:
    incident = home.hear(fall())
    home.run(15)
    part = home.hear(still_down())
    home.run(0)
    assert home.phones[0].titles == [
        "낙상 (넘어짐) 감지 - 거실",
        "넘어진 뒤 일어나는 모습이 보이지 않음 - 거실",
    ]
    home.run(59)
    assert counts(home) == [2, 0, 0]
    home.run(1)
    assert counts(home) == [3, 0, 0]
    assert home.phones[0].titles[-1].startswith("넘어진 뒤")
    home.service.answer(part.id, KIM_SAYS, Answer.CALLED_119)
    home.run(3600)
    assert counts(home) == [3, 0, 0]
    for it in (incident, part):
        found = home.incidents.find(it.id, HOME)
        assert found is not None
        assert found.state is IncidentState.ACKNOWLEDGED
    home.service.resolve(incident.id, LEE_SAYS)
    for it in (incident, part):
        found = home.incidents.find(it.id, HOME)
        assert found is not None
        assert found.state is IncidentState.RESOLVED
    assert home.service.course(part.id, HOME) == home.service.course(incident.id, HOME)


def test_who_gets_up_after_still_down_is_told_and_the_fall_wants_its_answer(
    home: EscalationAlone, fall: Fall, still_down: StillDown
) -> None:
    incident = home.hear(fall())
    home.run(15)
    home.hear(still_down())
    home.run(10)
    for _ in range(2):
        home.hear(still_down(End, 25.0))
    home.run(0)
    assert home.phones[0].titles[-1] == "일어난 것으로 보임 - 거실"
    assert counts(home) == [3, 0, 0]
    home.run(60)
    assert counts(home) == [4, 0, 0]
    figures = home.service.figures(incident.id, HOME)
    assert figures.floor_sec == pytest.approx(27.0)


def test_still_down_after_all_is_well_is_an_alert_of_its_own(
    home: EscalationAlone, fall: Fall, still_down: StillDown
) -> None:
    incident = home.hear(fall())
    home.run(5)
    home.service.answer(incident.id, KIM_SAYS, Answer.ALL_WELL)
    home.run(10)
    part = home.hear(still_down())
    home.run(60)
    assert [it.startswith("넘어진 뒤") for it in home.phones[0].titles[-2:]] == [True, True]
    assert home.service.state(part.id) is not None


def test_fall_whose_end_says_recovered_is_withdrawn(home: EscalationAlone, fall: Fall) -> None:
    begun = Start.model_validate(
        fall().model_dump(exclude_unset=True) | {"event_type": "START", "event_id": "start"}
    )
    home.hear(begun)
    home.run(29)
    assert counts(home) == [0, 0, 0]
    home.run(30)
    assert counts(home) == [1, 0, 0]
    home.hear(fall(state="recovered"))
    home.run(3600)
    assert home.phones[0].titles[1:] == ["일어난 것으로 보임 - 거실"]


def test_fall_waits_for_all_is_well_while_somebody_is_there_and_is_never_dropped(
    make_home: Callable[..., EscalationAlone], fall: Fall
) -> None:
    home = make_home(is_accompanied=lambda *_: True)
    quiet, told = home.hear(fall("f1")), home.hear(fall("f2"))
    home.run(29)
    assert counts(home) == [0, 0, 0]
    home.service.answer(quiet.id, KIM_SAYS, Answer.ALL_WELL)
    home.restart()
    home.run(1)
    assert counts(home) == [1, 0, 0]
    home.run(60)
    assert counts(home) == [2, 0, 0]
    state = home.service.state(told.id)
    assert state is not None
    assert state.held_until == state.began_at


def test_still_down_does_not_wait_although_somebody_is_there(
    make_home: Callable[..., EscalationAlone], fall: Fall, still_down: StillDown
) -> None:
    home = make_home(is_accompanied=lambda *_: True)
    home.hear(fall())
    home.run(15)
    home.hear(still_down())
    home.run(0)
    assert home.phones[0].titles == ["넘어진 뒤 일어나는 모습이 보이지 않음 - 거실"]
    home.run(44)
    assert counts(home) == [1, 0, 0]
    home.run(16)
    assert counts(home) == [2, 0, 0]


def test_without_a_household_a_fall_is_sent_once_and_plain(
    make_home: Callable[..., EscalationAlone], fall: Fall
) -> None:
    home = make_home(settings=None, members=(), own=[Phone("ntfy-1")])
    incident = home.hear(fall())
    home.run(3600)
    (memo,) = home.phones[0].memos
    assert (memo.link, memo.buttons) == (None, ())
    assert "주소" not in memo.text
    assert home.service.state(incident.id) is None
    home.service.answer(incident.id, Speaker(1, None, Way.API), Answer.GOING)
    assert home.phones[0].memos == [memo]
    home.run(0)
    assert home.phones[0].titles[-1] == "누군가 가고 있음 - 거실"


def test_server_that_was_away_does_what_it_missed_once(home: EscalationAlone, fall: Fall) -> None:
    home.hear(fall())
    home.run(10)
    home.clock.now += 400
    home.restart()
    home.run(0)
    assert counts(home) == [2, 1, 1]


def test_kakao_is_spared_where_the_stage_is_as_before(
    make_home: Callable[..., EscalationAlone], fall: Fall
) -> None:
    kakao = Phone("kakao", rings=False, quota=DailyQuota(20, lambda now: now - 1.0))
    home = make_home(own=[kakao])
    home.hear(fall())
    home.run(360)
    assert counts(home) == [7, 4, 1, 3]


def test_stage_that_has_nobody_is_skipped(
    make_home: Callable[..., EscalationAlone], fall: Fall
) -> None:
    home = make_home(members=(Member("Kim", None), LEE))
    home.hear(fall())
    home.run(0)
    assert counts(home) == [0, 1]


def test_later_round_takes_the_place_of_one_that_still_waits(
    home: EscalationAlone, fall: Fall
) -> None:
    incident = home.hear(fall())
    home.clock.now += 60
    home.rounds.advance(home.clock())
    home.run(0)
    assert counts(home) == [1, 0, 0]
    assert "알림 1번째" in home.phones[0].memos[0].text
    withdrawn = [
        it for it in home.service.course(incident.id, HOME).entries if it.kind == "withdrawn"
    ]
    assert [it.detail for it in withdrawn] == ["a later round says it again"]


def test_memo_is_in_the_language_of_its_reader_with_a_link_of_his_own(
    make_home: Callable[..., EscalationAlone], fall: Fall
) -> None:
    home = make_home(members=(KIM, Member("Ann", 1, "en")), own=[Phone("ntfy-1")])
    home.hear(fall())
    home.run(0)
    kim, ann, both = (phone.memos[0] for phone in home.phones)
    assert kim.text.splitlines() == [
        "낙상 (넘어짐) 감지 - 거실",
        "1월 15일(금) 오후 4시 59분 58초, 2.0초 동안",
        "누워 계신 것으로 보입니다. 지금 바로 확인해 주세요.",
        "주소: 서울 종로구 세종대로 1, 3층 (출입 1234*)",
        "119에 할 말: “Kim Young-ja 님이 넘어져서 일어나지 못해요.”",
    ]
    assert kim.english == ""
    assert ann.text.startswith("Fall detected - 거실\n")
    assert ann.text.endswith('Say to 119: "Kim Young-ja has fallen and does not get up."')
    assert [button.title for button in ann.buttons] == [
        "I am going",
        "I have called 119",
        "All is well",
    ]
    assert both.english.startswith("Fall detected")
    assert len({kim.link, ann.link, both.link}) == 3
    assert all(len(memo.text) <= 200 for memo in (kim, ann, both))


def test_who_only_looks_is_notified_without_a_link_and_answers_by_none(
    make_home: Callable[..., EscalationAlone], fall: Fall
) -> None:
    home = make_home(members=(KIM, Member("Mary", 1, role=Role.VIEWER)))
    incident = home.hear(fall())
    home.run(0)
    assert home.phones[0].memos[0].link is not None
    shown = home.phones[1].memos[0]
    assert (shown.link, shown.buttons) == (None, ())
    token = home.service.links.sign(
        AnswerClaims(incident_id=incident.id, household_id=1, person_id=2), home.clock()
    )
    with pytest.raises(AnswerLinkOver):
        home.service.claims(token)


def test_what_is_of_another_household_or_no_answer_is_refused(
    home: EscalationAlone, fall: Fall
) -> None:
    incident = home.hear(fall())
    with pytest.raises(UnknownIncident):
        home.service.answer(incident.id, Speaker(2, 9, Way.API), Answer.GOING)
    with pytest.raises(UnknownIncident):
        home.service.course("none", HOME)
    silent = Start(
        event_id="s", camera_id="거실", ts=home.clock.now, event="camera_silent", incident_id="s"
    )
    trouble = home.hear(silent)
    with pytest.raises(NoAnswerExpected):
        home.service.answer(trouble.id, KIM_SAYS, Answer.GOING)


def test_trouble_waits_for_the_end_of_quiet_hours_and_a_fall_does_not(
    make_home: Callable[..., EscalationAlone], fall: Fall, clock: Clock
) -> None:
    # 17:00 in Seoul.
    sleeper = Member("Kim", 1, quiet_from="16:00", quiet_until="18:30")
    home = make_home(members=(sleeper, Member("Lee", 1)))
    home.hear(fall())
    silent = Start(
        event_id="s", camera_id="거실", ts=clock.now, event="camera_silent", incident_id="s"
    )
    home.hear(silent)
    assert home.recipients.quiet_until("contact-1", clock.now) == clock.now + 5400
    assert home.recipients.quiet_until("contact-2", clock.now) is None


def test_delivery_that_fails_after_the_answer_is_not_tried_again(
    home: EscalationAlone, fall: Fall
) -> None:
    from backend.alerts.ledger.deliveries import Deliveries

    incident = home.hear(fall())
    queue = Deliveries(home.database, "contact-1")
    attempt = queue.take_due(home.clock())
    assert attempt is not None
    home.service.answer(incident.id, LEE_SAYS, Answer.CALLED_119)
    queue.mark_ambiguous(attempt, home.clock(), home.clock() + 1, "time-out")
    home.run(3600)
    assert [title for title in home.phones[0].titles if title.startswith("낙상")] == []
    assert home.phones[0].titles == ["Lee 님이 119에 신고함 - 거실"]


def test_course_tells_everything_with_its_figures(home: EscalationAlone, fall: Fall) -> None:
    home.phones[0].failures = []
    incident = home.hear(fall())
    home.run(30)
    home.service.answer(incident.id, KIM_SAYS, Answer.GOING)
    home.run(600)
    home.service.note(incident.id, KIM_SAYS, "She is well.")
    home.service.verdict(incident.id, KIM_SAYS, Verdict.FALL)
    home.service.resolve(incident.id, KIM_SAYS)
    course = home.service.course(incident.id, HOME)
    told = [(it.kind.value, it.person, it.detail) for it in course.entries]
    assert told == [
        ("seen", None, "fall"),
        ("ended", None, "lying"),
        ("taken", "Kim", None),
        ("answered", "Kim", "going"),
        ("resolved", "Kim", "page"),
        ("verdict", "Kim", "fall"),
        ("note", "Kim", "She is well."),
    ]
    assert course.figures.model_dump() == {
        "floor_sec": 630.0,
        "first_ring_sec": 0.0,
        "answer_sec": 30.0,
        "help_sec": 630.0,
    }


def test_failing_channel_is_in_the_course(home: EscalationAlone, fall: Fall) -> None:
    from backend.alerts.ledger.deliveries import Deliveries

    incident = home.hear(fall())
    queue = Deliveries(home.database, "contact-1")
    attempt = queue.take_due(home.clock())
    assert attempt is not None
    error = ChannelError(Disposition.PERMANENT, "the address is wrong")
    queue.bury(attempt, home.clock(), error.reason)
    refused = [it for it in home.service.course(incident.id, HOME).entries if it.kind == "refused"]
    assert [(it.person, it.detail) for it in refused] == [("Kim", "the address is wrong")]
