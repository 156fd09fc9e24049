"""docs/http.md says what the server's own description says."""

import pytest

from testkit.http_reference import COMMAND, PAGE, http_reference


@pytest.fixture(scope="module")
def reference() -> str:
    return http_reference()


def test_page_is_what_the_server_says_of_its_routes(reference: str) -> None:
    assert PAGE.read_text(encoding="utf-8") == reference, f"write it again: {COMMAND}"


@pytest.mark.parametrize(
    ("route", "caller"),
    [
        ("GET /health", "anybody"),
        ("POST /event/payload", "household, camera"),
        ("GET /cameras/{camera_id}/zones", "household, camera"),
        ("PUT /cameras/{camera_id}/zones", "household"),
        ("GET /event/recent", "household"),
    ],
)
def test_page_says_who_may_call_a_route(reference: str, route: str, caller: str) -> None:
    section = reference.partition(f"\n## {route}\n")[2].partition("\n## ")[0]
    assert f"\nWho: {caller}.\n" in section
