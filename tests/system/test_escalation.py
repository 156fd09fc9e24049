"""An alert that goes on until somebody answers: a real server, and a family's phones over HTTP."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx
import pytest

from testkit.escalations import KIM, LEE, PARK, Member
from testkit.family import CAMERA_KEY, answer, family_server, told
from testkit.ntfy_server import NtfyServer

Json = dict[str, Any]
MakeEvent = Callable[..., Json]
Eventually = Callable[..., Any]

TOLD_WITHIN_SEC = 1.0
FALL = "낙상 (넘어짐) 감지 - 거실"


@dataclass
class Home:
    """A server whose household is a family."""

    server: Any
    phones: NtfyServer

    def titles(self, member: Member) -> list[str]:
        return [it.title for it in told(self.phones, member)]

    def incident(self, label: str = "fall") -> Json:
        (found,) = self.server.get("/incidents", label=label).json()
        incident: Json = found
        return incident

    def say(self, what: str, body: Json | None = None, **headers: str) -> httpx.Response:
        path = f"/incidents/{self.incident()['id']}/{what}"
        response: httpx.Response = self.server.post(path, body, headers=headers)
        return response


@pytest.fixture
def phones() -> Iterator[NtfyServer]:
    with closing(NtfyServer()) as phones:
        yield phones


@pytest.fixture
def open_home(server_factory: Callable[..., Any], phones: NtfyServer) -> Callable[..., Home]:
    """A server that starts on the data of a family, with these intervals."""

    def start(**intervals: float) -> Home:
        return Home(family_server(server_factory, phones, **intervals), phones)

    return start


def test_fall_is_repeated_and_goes_on_to_the_next_until_somebody_answers_by_the_link(
    open_home: Callable[..., Home], make_event: MakeEvent, eventually: Eventually
) -> None:
    home = open_home()
    home.server.send(make_event("END", duration_sec=2.0))
    eventually(lambda: home.titles(PARK))
    assert home.titles(KIM)[:3] == [FALL] * 3
    assert [it.round for it in told(home.phones, KIM)][:3] == [0, 1, 2]
    assert 2 <= told(home.phones, LEE)[0].round <= 3
    link = told(home.phones, LEE)[-1].link
    assert link is not None
    assert answer(link, "going").json()["state"]["answered_by"] == 2
    since = time.monotonic()
    eventually(lambda: "Lee 님이 가고 있음 - 거실" in home.titles(KIM))
    assert time.monotonic() - since < TOLD_WITHIN_SEC
    eventually(lambda: "Lee 님이 가고 있음 - 거실" in home.titles(PARK))
    so_far = [home.titles(it) for it in (KIM, LEE, PARK)]
    assert home.incident()["state"] == "acknowledged"
    time.sleep(2.5)  # more than two rounds
    assert [home.titles(it) for it in (KIM, LEE, PARK)] == so_far
    assert home.say("resolution").status_code == 200
    assert home.incident()["state"] == "resolved"
    refused = answer(link, "going")
    assert (refused.status_code, refused.json()["code"]) == (410, "answer_link_over")
    assert (home.say("resolution").status_code) == 409


def test_button_of_ntfy_answers_without_a_log_in_and_says_who_it_was(
    open_home: Callable[..., Home], make_event: MakeEvent, eventually: Eventually
) -> None:
    home = open_home(repeat_sec=60.0, second_after_sec=60.0, all_after_sec=60.0)
    home.server.send(make_event("END", duration_sec=2.0))
    (message,) = eventually(lambda: home.phones.of("Kim"))
    labels = [action["label"] for action in message["actions"]]
    assert labels == ["지금 가고 있어요", "119에 신고했어요", "괜찮아요 (잘못된 알림)"]
    assert home.phones.press(message, labels[2]).status_code == 200
    assert home.incident()["state"] == "resolved"
    course = home.server.get(f"/incidents/{home.incident()['id']}/course").json()
    said = [(it["kind"], it["person"], it["detail"]) for it in course["entries"][-3:]]
    assert ("answered", "Kim", "all_well") in said
    assert ("verdict", "Kim", "false_alarm") in said
    assert course["figures"]["first_ring_sec"] < 3.0


def test_answer_verdict_and_note_by_the_api(
    open_home: Callable[..., Home], make_event: MakeEvent, eventually: Eventually
) -> None:
    home = open_home(repeat_sec=60.0, second_after_sec=60.0, all_after_sec=60.0)
    home.server.send(make_event("END", duration_sec=2.0))
    eventually(lambda: home.titles(KIM))
    refused = home.say("acknowledgement", {"answer": "perhaps"})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
    assert home.say("acknowledgement", {"answer": "called_119"}).status_code == 200
    eventually(lambda: home.titles(KIM)[1:] == ["누군가 119에 신고함 - 거실"])
    assert home.say("verdict", {"verdict": "fall"}).status_code == 200
    assert home.say("notes", {"text": "  <b>She</b> is well. "}).status_code == 200
    assert home.say("notes", {"text": " "}).status_code == 422
    of_camera = {"Authorization": f"Bearer {CAMERA_KEY}"}
    for what, body in (("acknowledgement", {"answer": "going"}), ("resolution", None)):
        assert home.say(what, body, **of_camera).status_code == 403
    unknown = home.server.post("/incidents/0123456789abcdef/resolution")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_incident")
    course = home.server.get(f"/incidents/{home.incident()['id']}/course").json()
    assert "<b>She</b> is well." in [it["detail"] for it in course["entries"]]
    garbage = answer(f"{home.server.url}/answer/no-token", "going")
    assert (garbage.status_code, garbage.json()["code"]) == (404, "unknown_answer_link")


def test_nobody_who_answers_is_said_in_health_until_somebody_does(
    open_home: Callable[..., Home], make_event: MakeEvent, eventually: Eventually
) -> None:
    home = open_home(second_after_sec=1.0, all_after_sec=1.0)
    home.server.send(make_event("END", duration_sec=2.0))
    eventually(lambda: home.server.health()["answers"]["status"] == "degraded")
    health = home.server.health()
    assert health["status"] == "degraded"
    assert health["answers"]["reason"] == "nobody has answered: fall, 거실"
    told_so_far = len(home.titles(PARK))
    eventually(lambda: len(home.titles(PARK)) > told_so_far)
    home.say("acknowledgement", {"answer": "going"}).raise_for_status()
    assert home.server.health()["answers"]["status"] == "ok"


def test_killed_server_goes_on_where_it_was(
    open_home: Callable[..., Home], make_event: MakeEvent, eventually: Eventually
) -> None:
    home = open_home(second_after_sec=4.0, all_after_sec=600.0)
    home.server.send(make_event("END", duration_sec=2.0))
    eventually(lambda: len(home.titles(KIM)) >= 2)
    home.server.kill()
    before = [it.round for it in told(home.phones, KIM)]
    home.server.start()
    eventually(lambda: home.titles(LEE))
    rounds = [it.round for it in told(home.phones, KIM) if not it.is_resend]
    assert rounds[: len(before)] == before
    assert rounds == sorted(set(rounds))
    course = home.server.get(f"/incidents/{home.incident()['id']}/course").json()
    assert [it["kind"] for it in course["entries"]].count("seen") == 1


def test_person_who_stays_down_is_one_incident_to_answer_with_the_fall(
    open_home: Callable[..., Home], make_event: MakeEvent, eventually: Eventually
) -> None:
    home = open_home(repeat_sec=60.0, second_after_sec=60.0, all_after_sec=60.0)
    now = time.time()
    home.server.send(make_event("END", ts=now, duration_sec=2.0))
    eventually(lambda: home.titles(KIM))
    home.server.send(make_event("START", event="still_down", ts=now + 15.0, duration_sec=15.0))
    eventually(lambda: len(home.titles(KIM)) == 2)
    assert home.titles(KIM)[1] == "넘어진 뒤 일어나는 모습이 보이지 않음 - 거실"
    assert home.server.health()["answers"]["open"] == 1
    link = told(home.phones, KIM)[-1].link
    assert link is not None
    assert answer(link, "all_well").status_code == 200
    states = [it["state"] for it in home.server.get("/incidents").json()]
    assert states == ["resolved", "resolved"]
    assert home.server.health()["answers"]["open"] == 0
