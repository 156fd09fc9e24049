"""Pages that are made without asking who looks."""

import pytest
from fastapi import Request

from backend.bus import Bus
from backend.errors import ApiError, Forbidden, TooManyRequests
from backend.people.service import PeopleService
from backend.web.pages import Pages
from contract.language import Language

NO_DATABASE = PeopleService(None, Bus())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def pages() -> Pages:
    """Those of a server whose database does not answer."""
    return Pages(NO_DATABASE)


def asked(language: Language) -> Request:
    """A request of somebody who was not let in."""
    headers = [(b"accept-language", language.encode())]
    scope = {"type": "http", "path": "/", "headers": headers, "query_string": b"", "state": {}}
    return Request(scope)


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (TooManyRequests(7), 429, "Too often in a short time."),
        (ApiError("the server failed"), 500, "The server failed. Please try again"),
        (Forbidden("expected a name of the server"), 403, "expected a name of the server"),
    ],
)
def test_refusal_of_whom_nobody_knows_asks_no_database(
    pages: Pages, error: ApiError, status: int, sentence: str
) -> None:
    page = pages.problem(asked("en"), error)
    assert page.status_code == status
    assert sentence in bytes(page.body).decode()


def test_refusal_says_when_to_come_again_in_the_language_of_the_browser(pages: Pages) -> None:
    page = pages.problem(asked("ko"), TooManyRequests(7))
    assert page.headers["retry-after"] == "7"
    assert "잠시" in bytes(page.body).decode()
