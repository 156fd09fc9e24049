"""The whole way of POST /chat/training: a household, its server, and the three providers."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest

from backend.plain_words.known import Knowing
from backend.plain_words.service import PlainWordsService
from testkit.asked_home import AskedHome
from testkit.language_models.base import BUSY, KEY, REFUSAL, Fault, LanguageModel
from testkit.language_models.three import KEY_HEADERS, home_that_asks, three_models
from testkit.training_forms import FORMS, VERSIONS, SomeDatasets, SomeTrainings, SomeVersions

Json = dict[str, Any]
FALLS = "train the fall detector with Hall clips"
PROPOSAL: Json = {
    "intent": "train", "recipe": "fall-lstm", "datasets": ["Hall clips"], "labels": ["fall"],
    "cameras": [], "people": [], "since": None, "until": None,
    "settings": [{"name": "epochs", "value": 20}], "base": None, "queue": None,
    "not_understood": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def models() -> Iterator[dict[str, LanguageModel]]:
    with three_models() as models:
        yield models


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, models: dict[str, LanguageModel]
) -> Iterator[AskedHome]:
    with home_that_asks(models, tmp_path_factory.mktemp("chat")) as home:
        yield home


@pytest.fixture(autouse=True)
def trainings(home: AskedHome, models: dict[str, LanguageModel]) -> SomeTrainings:
    """Where the trainings are asked for; nothing is left of another test."""
    for model in models.values():
        model.script.clear()
        model.refused.clear()
        model.server.requests.clear()
    asked = SomeTrainings()
    state = home.app.state
    knowing = Knowing(FORMS, SomeDatasets(), SomeVersions())
    state.plain_words = PlainWordsService(knowing, asked, state.people.zone)
    return asked


def post(home: AskedHome, body: Any, who: str = "owner", **headers: str) -> httpx.Response:
    return home.ask(who, "POST", "/chat/training", json=body, headers=headers)


def say(home: AskedHome, message: str, conversation: str | None = None, **headers: str) -> Json:
    body = {"message": message, "conversation_id": conversation}
    answer: Json = post(home, body, **headers).raise_for_status().json()
    return answer


def test_owner_says_what_is_to_be_trained_and_yes(
    home: AskedHome, trainings: SomeTrainings
) -> None:
    shown = say(home, "거실 기록의 낙상으로 낙상 감지기를 학습해 줘, 더 오래")
    assert (shown["ready"], shown["missing"], shown["read_by"]) == (True, [], "rules")
    assert shown["setup"]["settings"] == {"epochs": 10}
    started = say(home, "네", shown["conversation_id"])
    assert started["job"]["state"] == "queued"
    ((_, _, caller),) = trainings.asked
    assert (caller.person_id, caller.household_id) == (1, 1)


@pytest.mark.parametrize("name", KEY_HEADERS)
def test_provider_proposes_and_the_yes_is_the_persons(
    home: AskedHome, models: dict[str, LanguageModel], trainings: SomeTrainings, name: str
) -> None:
    models[name].script = [PROPOSAL]
    key = {KEY_HEADERS[name]: KEY}
    shown = say(home, "notice when she tumbles in the hall", **key)
    assert (shown["read_by"], shown["ready"], models[name].refused) == (name, True, [])
    assert "Nothing of the record" in shown["reply"]
    assert say(home, "yes", shown["conversation_id"], **key)["job"]["title"].endswith("Hall clips")
    assert len(models[name].bodies) == 1


@pytest.mark.parametrize("name", KEY_HEADERS)
@pytest.mark.parametrize(
    ("fault", "reason"),
    [(BUSY, "it is busy"), (Fault(500), "it has failed"), (REFUSAL, "it refused to answer")],
)
def test_rules_take_over_and_the_reply_says_why(
    home: AskedHome, models: dict[str, LanguageModel], name: str, fault: Fault, reason: str
) -> None:
    models[name].script = [fault]
    said = say(home, FALLS, **{KEY_HEADERS[name]: KEY})
    assert (said["read_by"], said["ready"]) == ("rules", True)
    assert reason in said["reply"]


@pytest.mark.parametrize("name", KEY_HEADERS)
def test_nothing_of_the_record_is_sent(
    home: AskedHome, models: dict[str, LanguageModel], name: str
) -> None:
    models[name].script = [PROPOSAL]
    say(home, FALLS, **{KEY_HEADERS[name]: KEY})
    (body,) = models[name].bodies
    sent = json.dumps(body, ensure_ascii=False)
    assert all(version.name in sent for version in VERSIONS)
    for kept in (
        "kitchen",
        "거실 카메라",
        "김영희",
        "민지",
        "minji",
        "manifest of",
        "Hall clips-3",
    ):
        assert kept not in sent


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({}, 422, "expected a message, or confirm without one"),
        ({"message": "yes", "confirm": True}, 422, "expected a message, or confirm without one"),
        ({"message": "   "}, 422, "expected a message"),
        ({"message": "x" * 2001}, 422, "message"),
        ({"message": 3}, 422, "message"),
        ({"message": "yes", "confirm": False}, 422, "confirm"),
        ({"message": "yes", "language": "de"}, 422, "language"),
        ({"message": "yes", "digest": "ab"}, 422, "digest"),
        ({"message": "yes", "recipe": "posture"}, 422, "recipe"),
        ([], 422, "object"),
        ({"message": "yes", "conversation_id": "of-somebody-else"}, 404, "no such conversation"),
    ],
)
def test_bad_input_says_what_was_expected(
    home: AskedHome, body: Any, status: int, expected: str
) -> None:
    answer = post(home, body)
    assert answer.status_code == status
    assert expected in answer.json()["message"].lower()


def test_conversation_is_not_anybody_elses(home: AskedHome, trainings: SomeTrainings) -> None:
    mine = say(home, FALLS)["conversation_id"]
    body = {"message": "yes", "conversation_id": mine}
    assert post(home, body, who="household").status_code == 404
    assert {who: post(home, body, who=who).status_code for who in ("caregiver", "viewer")} == {
        "caregiver": 403, "viewer": 403,
    }  # fmt: skip
    assert trainings.asked == []


def test_key_that_is_none_is_refused_without_being_repeated(home: AskedHome) -> None:
    for key in ("two words", "k" * 600):
        answer = post(home, {"message": FALLS}, **{"X-Gemini-API-Key": key})
        assert answer.status_code == 422
        assert key not in answer.text
    both = {"X-Gemini-API-Key": KEY, "X-OpenAI-API-Key": KEY}
    answer = post(home, {"message": FALLS}, **both)
    assert answer.status_code == 422
    assert "X-Gemini-API-Key and X-OpenAI-API-Key" in answer.json()["message"]


def test_key_is_in_no_log_no_file_no_answer_and_no_conversation(
    home: AskedHome, models: dict[str, LanguageModel], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    faults = [Fault(500), Fault(body=b"<html>"), REFUSAL, PROPOSAL]
    models["gemini"].script = [*faults]
    key = {"X-Gemini-API-Key": KEY}
    said = [post(home, {"message": FALLS}, **key).text for _ in faults]
    said.append(post(home, {"message": ""}, **key).text)
    assert [len(models["gemini"].bodies), models["gemini"].script] == [4, []]
    kept = home.app.state.plain_words._conversations._kept
    folder = home.app.state.provider_settings.data_dir
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    texts = [*said, caplog.text, repr(kept), *(file.decode("latin-1") for file in files)]
    assert len(kept) == len(faults)
    assert len(texts) > 8
    assert not any(KEY in text for text in texts)
