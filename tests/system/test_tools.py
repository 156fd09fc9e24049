"""Questions to tables over HTTP, by everybody who may ask."""

from collections.abc import Iterator
from typing import Any

import pytest

from backend.tools.examples import ANSWER, ASKED
from backend.tools.registry import TOOLS
from backend.tools.service import ToolService
from backend.tools.tables import Tables
from testkit.askable import SEOUL
from testkit.asked_home import AskedHome, asked_home
from testkit.asked_tables import OWN_ID, FewRecords, OneOwnTable

CSV = {"Accept": "text/csv"}
BAD = (
    b"",
    b"[]",
    b"{",
    b"{}",
    b'{"table": 1}',
    b'{"table": "days; DROP TABLE days"}',
    b'{"table": "days", "arguments": []}',
    b'{"table": "days", "arguments": {"column": "no"}}',
    b'{"table": "days", "arguments": {"column": "falls", "since": 1e400}}',
    b'{"table": "days", "arguments": {"column": "falls", "until": "2026-02-30"}}',
    b'{"table": "days", "arguments": {"column": {"a": []}}}',
    b'{"table": "days", "language": "fr"}',
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHome]:
    with asked_home(tmp_path_factory.mktemp("tools")) as home:
        own = OneOwnTable(tmp_path_factory.mktemp("own"))
        tables = Tables(FewRecords(), own, lambda _: SEOUL)
        home.app.state.tools = ToolService(tables, lambda _: "ko")
        yield home


def names(value: Any) -> Any:
    """The names in `value` at each depth; of a list those of its first."""
    if isinstance(value, dict):
        return {name: names(entry) for name, entry in value.items()}
    return [names(value[0])] if isinstance(value, list) and value else None


def test_example_is_answered_as_it_says(home: AskedHome) -> None:
    answer = home.ask("viewer", "POST", "/tools/group_by", json=ASKED)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [row[:2] for row in found["grid"]["rows"]] == [["거실", 4.25], ["침실", 1.5]]
    plot = found.pop("plot")
    assert plot["series"][0]["x"] == ["거실", "침실"]
    assert names(found) == names({name: it for name, it in ANSWER.items() if name != "plot"})


def test_answer_comes_as_a_csv_file(home: AskedHome) -> None:
    answer = home.ask("viewer", "POST", "/tools/group_by", json=ASKED, headers=CSV)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="group_by.csv"' in answer.headers["content-disposition"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines == ['"place","active_hours (mean)","rows"', '"거실",4.25,2', '"침실",1.5,1']


def test_file_of_too_little_is_refused(home: AskedHome) -> None:
    asked = {"table": "hours"}
    answer = home.ask("viewer", "POST", "/tools/describe", json=asked, headers=CSV)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_little")


def test_all_tools_and_tables_are_listed(home: AskedHome) -> None:
    listed = home.ask("viewer", "GET", "/tools?language=en").json()
    assert [it["name"] for it in listed] == list(TOOLS)
    shown = home.ask("viewer", "GET", "/tools/tables").json()
    assert [(it["name"], it["rows"]) for it in shown][:2] == [("days", 3), ("person_days", 0)]
    assert home.ask("owner", "GET", "/tools/tables").json()[-1]["name"] == OWN_ID


def test_own_table_is_for_owners(home: AskedHome) -> None:
    asked = {"table": OWN_ID, "arguments": {"columns": ["값"]}}
    found = {
        who: home.ask(who, "POST", "/tools/describe", json=asked).status_code
        for who in ("owner", "household", "caregiver", "viewer", "camera", "stranger")
    }
    assert found == {
        "owner": 200,
        "household": 200,
        "caregiver": 403,
        "viewer": 403,
        "camera": 403,
        "stranger": 401,
    }


@pytest.mark.parametrize("body", BAD, ids=str)
def test_bad_question_is_refused_with_what_was_expected(home: AskedHome, body: bytes) -> None:
    for accept in ("*/*", "text/csv"):
        headers = {"Accept": accept}
        answer = home.ask("viewer", "POST", "/tools/histogram", content=body, headers=headers)
        assert answer.status_code in (400, 422), answer.text
        assert answer.json()["message"]


def test_unknown_names_are_said_to_be_so(home: AskedHome) -> None:
    answer = home.ask("viewer", "POST", "/tools/sql", json={"table": "days"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_tool")
    answer = home.ask("owner", "POST", "/tools/columns", json={"table": "nothing"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_table")
