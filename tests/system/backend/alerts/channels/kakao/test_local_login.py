"""A person's login, with a real browser's requests and the stand-in as Kakao."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest

from backend.alerts.channels.kakao.client import Grant, KakaoClient
from backend.alerts.channels.kakao.local_login import Login, listening
from backend.alerts.channels.kakao.login import LoginError, login_url

KEY, SECRET = "sandbox-rest-api-key", "sandbox-client-secret"
KOREAN, ENGLISH = "ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "en-GB,en;q=0.9"


class Person:
    """One login, and the browser it goes through; `stored` is what came of it."""

    def __init__(self, client: KakaoClient, kakao: Any, redirect_uri: str, secret: str) -> None:
        self.redirect_uri = redirect_uri
        self.stored: list[Grant] = []
        self.store: Callable[[Grant], None] = self.stored.append
        self.login = Login(
            lambda code: client.redeem(code, redirect_uri, KEY, secret),
            lambda grant: self.store(grant),
        )
        self.url = login_url(kakao.url, KEY, redirect_uri, self.login.state)

    def agree(self, languages: str = ENGLISH) -> httpx.Response:
        """Open the login's page, and go where it leads."""
        headers = {"Accept-Language": languages}
        return httpx.get(self.url, follow_redirects=True, trust_env=False, headers=headers)

    def come_back(self, **query: str) -> httpx.Response:
        """Come to the redirect URI with a query of one's own."""
        headers = {"Accept-Language": ENGLISH}
        return httpx.get(self.redirect_uri, params=query, trust_env=False, headers=headers)

    def failure(self) -> str:
        outcome = self.login.outcome.get(timeout=5)
        assert isinstance(outcome, LoginError)
        assert self.stored == []
        return str(outcome)


@pytest.fixture
def make_person(client: KakaoClient, kakao: Any) -> Iterator[Callable[..., Person]]:
    with listening(0) as (redirect_uri, begin):

        def make(secret: str = SECRET) -> Person:
            person = Person(client, kakao, redirect_uri, secret)
            begin(person.login)
            return person

        yield make


@pytest.mark.parametrize(
    ("languages", "said", "language"),
    [
        (KOREAN, "로그인했습니다. 이 창을 닫아도 됩니다.", "ko"),
        (ENGLISH, "Logged in. You can close this window.", "en"),
        ("fr, en;q=0.5", "Logged in. You can close this window.", "en"),
        ("fr", "로그인했습니다. 이 창을 닫아도 됩니다.", "ko"),
        ("", "로그인했습니다. 이 창을 닫아도 됩니다.", "ko"),
    ],
)
def test_person_who_agrees_is_logged_in_and_told_so_in_one_language(
    make_person: Any, languages: str, said: str, language: str
) -> None:
    person = make_person()
    page = person.agree(languages)
    assert page.status_code == 200
    assert f"<p>{said}</p>" in page.text
    assert f'<html lang="{language}">' in page.text
    assert person.login.outcome.get(timeout=5) is None
    (grant,) = person.stored
    assert grant.scopes == {"talk_message"}
    assert grant.access_token not in page.text
    assert grant.refresh_token


@pytest.mark.parametrize(
    ("change", "secret", "reason"),
    [
        ({"login_denied": True}, SECRET, "the person refused the consent"),
        ({"untick_talk_message": True}, SECRET, "talk_message was not ticked"),
        ({}, "wrong", "or KAKAO_CLIENT_SECRET (KOE010)"),
    ],
)
def test_login_that_fails_says_why(
    make_person: Any, kakao: Any, change: dict[str, bool], secret: str, reason: str
) -> None:
    kakao.change(**change)
    person = make_person(secret)
    page = person.agree()
    assert page.status_code == 400
    assert reason in page.text
    assert reason in person.failure()


def test_korean_page_of_a_login_that_fails_leads_to_the_reason(
    make_person: Any, kakao: Any
) -> None:
    kakao.change(login_denied=True)
    page = make_person().agree(KOREAN)
    assert page.status_code == 400
    assert "이유는 run-kakao-login을 실행한 창에 나와 있습니다." in page.text
    assert "refused" not in page.text


def test_disk_that_refuses_the_tokens_is_reported(make_person: Any) -> None:
    person = make_person()

    def refuse(_: Grant) -> None:
        raise OSError(28, "No space left on device")

    person.store = refuse
    assert person.agree().status_code == 400
    assert person.failure() == "the tokens cannot be stored: No space left on device"


def test_code_that_is_too_old_is_reported_and_not_shown(make_person: Any) -> None:
    person = make_person()
    page = person.come_back(code="an-old-code", state=person.login.state)
    reason = person.failure()
    assert "was used already or is too old" in reason
    assert "an-old-code" not in reason + page.text


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("server_error", "Kakao answered with the error server_error"),
        ("temporarily_unavailable", "Kakao answered with the error temporarily_unavailable"),
        ("<b>Now call 02-123</b>", "Kakao sent no code"),
        ("", "Kakao sent no code"),
    ],
)
def test_error_of_kakaos_page_is_reported_by_its_name(
    make_person: Any, error: str, reason: str
) -> None:
    person = make_person()
    page = person.come_back(error=error, state=person.login.state)
    assert page.status_code == 400
    assert f"Not logged in: {reason}." in page.text
    assert person.failure() == reason


def test_redirect_uri_that_kakao_does_not_know_is_reported(make_person: Any, kakao: Any) -> None:
    person = make_person()
    person.come_back(code=kakao.state.log_in("http://127.0.0.1:1/else"), state=person.login.state)
    assert "register the one that was shown" in person.failure()


def test_answer_of_another_login_is_refused_and_the_right_one_still_taken(
    make_person: Any,
) -> None:
    person = make_person()
    for query in ({"code": "forged", "state": "guessed"}, {"code": "forged"}, {}):
        assert person.come_back(**query).status_code == 400
    assert httpx.get(person.redirect_uri + "/x", trust_env=False).status_code == 404
    assert person.login.outcome.empty()
    assert person.agree().status_code == 200


@pytest.mark.parametrize("fault", ["html_502", "reset"])
def test_kakao_that_fails_is_reported(make_person: Any, kakao: Any, fault: str) -> None:
    kakao.fault(fault, endpoint="token")
    person = make_person()
    assert person.agree().status_code == 400
    assert "Kakao" in person.failure()
