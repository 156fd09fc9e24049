"""A sample record from its making to its erasure: the command, the server, tools, the assistant."""

import csv
import io
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from backend.incidents.days import bounds_of
from backend.sample.plan import ZONE
from backend.sample.service import read_truth
from backend.sample.truth import Truth
from backend.sample.words import CAREGIVER, OWNER, PASSWORD
from testkit.fifty_questions.question import Question
from testkit.language_models.base import KEY, LanguageModel
from testkit.language_models.openai import OpenAIDialect
from testkit.scripted_talk import scripted
from testkit.stoppable_server import StoppableServer

Json = dict[str, Any]
DAYS, WEEK = 11, 7
LAST = date(2026, 11, 22)
FIRST = LAST - timedelta(days=DAYS - 1)
LEFT_DAYS = {f"{LAST - timedelta(days=ago)}" for ago in range(DAYS - WEEK)}
ERASED, LEFT = (FIRST, FIRST + timedelta(days=WEEK - 1)), (FIRST + timedelta(days=WEEK), LAST)
WAIT_SEC = 60.0


def asked_about(span: tuple[date, date], text: str) -> Question:
    """How often somebody was up in the nights of a span."""
    since, until = span
    call = ("nights", {"table": "person_days", "arguments": _span(since, until)})
    return Question(text, (call,), "{1.times_up_a_night} times a night [1].", ())


def _span(since: date, until: date) -> Json:
    return {"since": f"{since}", "until": f"{until}"}


OF_THE_ERASED = asked_about(ERASED, "How often was she up in the first week?")
OF_THE_LEFT = asked_about(
    (LAST - timedelta(days=2), LAST), "How often was she up in the last days?"
)
"""From the second day after those that are erased: what was said of the first goes with them."""


class Home:
    """The server on the record, and its two people."""

    def __init__(self, data_dir: Path, model_url: str) -> None:
        settings = {"OPENAI_BASE_URL": f"{model_url}/v1", "EVENT_LOG_DAYS": "36500"}
        self.server = StoppableServer(data_dir, settings=settings)
        self.truth = read_truth(data_dir)

    def start(self) -> None:
        """Start it, and log in."""
        self.server.start()
        self.keys = {who: self._key(who) for who in (OWNER, CAREGIVER)}

    def restart(self) -> None:
        """Stop it in good order, and start it again."""
        self.server.ask_to_stop()
        assert self.server.wait() == 0
        self.start()

    def ask(self, method: str, path: str, who: str = CAREGIVER, **how: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.keys[who]}", **how.pop("headers", {})}
        url = self.server.url + path
        return httpx.request(method, url, headers=headers, trust_env=False, timeout=60.0, **how)

    def nights(self, span: tuple[date, date]) -> Json:
        """What the tool says of them."""
        body = {"table": "person_days", "arguments": _span(*span), "language": "en"}
        found: Json = self.ask("POST", "/tools/nights", json=body).raise_for_status().json()
        return found

    def chat(self, question: Question) -> Json:
        """The answer in words."""
        said, headers = {"message": question.text}, {"X-OpenAI-API-Key": KEY}
        answer = self.ask("POST", "/api/chat/message", json=said, headers=headers)
        found: Json = answer.raise_for_status().json()
        return found

    def days(self) -> list[dict[str, str]]:
        """The daily table as a spreadsheet has it."""
        params = _span(FIRST, LAST)
        answer = self.ask("GET", "/record/days", params=params, headers={"Accept": "text/csv"})
        return list(csv.DictReader(io.StringIO(answer.raise_for_status().text)))

    def conversations(self) -> list[str]:
        """The ids of those that are kept."""
        return [it["id"] for it in self.ask("GET", "/api/chat/conversations").json()]

    def erase(self, span: tuple[date, date]) -> None:
        """Erase all of its days, and wait until it is done."""
        since, until = bounds_of(span[0], ZONE)[0], bounds_of(span[1], ZONE)[1]
        asked = {"since": since, "until": until, "confirm": True}
        self.ask("POST", "/erasures", OWNER, json=asked).raise_for_status()
        give_up_at = time.monotonic() + WAIT_SEC
        while self.ask("GET", "/erasures", OWNER).json()[0]["state"] != "done":
            assert time.monotonic() < give_up_at, "it is not done"
            time.sleep(0.1)

    def _key(self, who: str) -> str:
        shown = {"login": who, "password": PASSWORD}
        answer = httpx.post(f"{self.server.url}/auth/login", json=shown, trust_env=False)
        token: str = answer.raise_for_status().json()["access_token"]
        return token


@pytest.fixture(scope="module")
def model() -> Iterator[LanguageModel]:
    scripts = [OF_THE_ERASED.script, OF_THE_LEFT.script]
    model = LanguageModel(OpenAIDialect(), answers=scripted(scripts))
    yield model
    model.close()


@pytest.fixture
def home(tmp_path: Path, command: Any, model: LanguageModel) -> Iterator[Home]:
    """Made by the command, and served."""
    options = ("--days", f"{DAYS}", "--cameras", "2", "--until", f"{LAST}", "--language", "en")
    status, said = command.run("make-sample-record", str(tmp_path / "made"), *options)
    assert status == 0, said
    home = Home(tmp_path / "made", model.url)
    home.start()
    yield home
    home.server.kill()


def times_up(truth: Truth, span: tuple[date, date]) -> list[int]:
    return [it.times_up_at_night for it in truth.days if span[0] <= it.day <= span[1]]


def nightly(answer: Json) -> list[int]:
    return [row[1] for row in answer["grid"]["rows"]]


def check_whole(home: Home) -> None:
    """All of it is there, as tools, as words and as a file."""
    for span in (ERASED, LEFT):
        assert nightly(home.nights(span)) == times_up(home.truth, span)
    answer = home.chat(OF_THE_ERASED)
    assert answer["unproved"] == []
    assert answer["tool_calls"][0]["answer"]["facts"] == home.nights(ERASED)["facts"]
    assert home.chat(OF_THE_ERASED)["cache_hit"]
    assert len(home.days()) == 2 * DAYS


def check_erased(home: Home) -> None:
    """Nothing says anything of the week any more, and the rest is as it was, but for the night that
    began on an erased evening."""
    assert home.nights(ERASED)["too_little"]
    assert nightly(home.nights(LEFT))[1:] == times_up(home.truth, LEFT)[1:]
    assert {row["day"] for row in home.days()} == LEFT_DAYS
    said = {"table": "incidents", "arguments": _span(*ERASED)}
    listed = home.ask("POST", "/tools/incidents_list", json=said).json()
    assert listed["too_little"]


def test_record_is_asked_erased_and_kept_over_a_restart(home: Home, model: LanguageModel) -> None:
    check_whole(home)
    kept = home.chat(OF_THE_LEFT)["conversation_id"]
    assert len(home.conversations()) == 3

    home.erase(ERASED)
    check_erased(home)
    assert home.conversations() == [kept]
    asked = len(model.server.requests)
    assert not home.chat(OF_THE_LEFT)["cache_hit"]
    assert len(model.server.requests) > asked

    listed = home.conversations()
    home.restart()
    check_erased(home)
    assert home.conversations() == listed
