"""Comments and ratings over HTTP: what people of each role say, and what is left of it."""

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest

from backend.web.said import SHOWN
from contract.comments import Subject, SubjectKind
from testkit.asked_home import URL, AskedHome, asked_home
from testkit.kept_pictures import keep_picture

Json = dict[str, Any]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHome]:
    with asked_home(tmp_path_factory.mktemp("comments")) as home:
        yield home


@pytest.fixture
def incident(home: AskedHome, request: pytest.FixtureRequest) -> str:
    """A fall of the test's own."""
    camera = request.node.name
    fall = {"event_type": "START", "event_id": camera, "camera_id": camera, "event": "fall"}
    home.ask("household", "POST", "/event/payload", json=fall | {"ts": time.time()})
    (found,) = home.ask("owner", "GET", "/incidents", params={"camera_id": camera}).json()
    return str(found["id"])


def note(home: AskedHome, incident: str, text: str, who: str = "caregiver") -> Json:
    """Write one; the comment that it is."""
    there = f"/incidents/{incident}/notes"
    home.ask(who, "POST", there, json={"text": text}).raise_for_status()
    written: Json = home.ask("viewer", "GET", there).json()[-1]
    return written


def edit(home: AskedHome, comment: Json, text: str, who: str = "caregiver") -> httpx.Response:
    wanted = {"text": text, "edited_at": comment["edited_at"]}
    return home.ask(who, "PATCH", f"/comments/{comment['number']}", json=wanted)


def test_note_is_a_comment_that_its_author_edits_and_the_course_says_so(
    home: AskedHome, incident: str
) -> None:
    written = note(home, incident, "She sat on the carpet.")
    subject = {"kind": "incident", "id": incident}
    assert (written["subject"], written["person_id"], written["edited_at"]) == (subject, 2, None)
    edited = edit(home, written, "She sat on the rug.").raise_for_status().json()
    assert edited["edited_at"] > edited["at"] == written["at"]
    assert home.ask("viewer", "GET", f"/incidents/{incident}/notes").json() == [edited]
    course = home.ask("viewer", "GET", f"/incidents/{incident}/course").json()["entries"]
    told = [(it["at"], it["detail"], it["edited_at"]) for it in course if it["kind"] == "note"]
    assert told == [(written["at"], "She sat on the rug.", edited["edited_at"])]


def test_edit_by_another_or_of_what_was_edited_meanwhile_is_refused(
    home: AskedHome, incident: str
) -> None:
    written = note(home, incident, "first")
    for who in ("owner", "household"):
        refused = edit(home, written, "theirs", who)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_the_author")
    edit(home, written, "second").raise_for_status()
    late = edit(home, written, "third")
    assert (late.status_code, late.json()["code"]) == (409, "comment_edited")
    (kept,) = home.ask("viewer", "GET", f"/incidents/{incident}/notes").json()
    assert kept["text"] == "second"


def test_owner_deletes_what_others_wrote_and_they_nothing_of_the_owners(
    home: AskedHome, incident: str
) -> None:
    theirs, owners = note(home, incident, "1"), note(home, incident, "2", "owner")
    refused = home.ask("caregiver", "DELETE", f"/comments/{owners['number']}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_the_author")
    gone = home.ask("owner", "DELETE", f"/comments/{theirs['number']}")
    assert gone.json() == {"number": theirs["number"]}
    again = home.ask("owner", "DELETE", f"/comments/{theirs['number']}")
    assert (again.status_code, again.json()["code"]) == (404, "unknown_comment")
    assert home.ask("viewer", "GET", f"/incidents/{incident}/notes").json() == [owners]


def test_last_stars_of_each_person_count(home: AskedHome, incident: str) -> None:
    there = f"/incidents/{incident}/rating"
    assert home.ask("viewer", "GET", there).json() == {"mean": None, "count": 0, "mine": None}
    for who, stars in (("caregiver", 1), ("owner", 4), ("caregiver", 5)):
        home.ask(who, "PUT", there, json={"stars": stars}).raise_for_status()
    assert home.ask("caregiver", "GET", there).json() == {"mean": 4.5, "count": 2, "mine": 5}
    assert home.ask("viewer", "GET", there).json()["mine"] is None


@pytest.mark.parametrize("stars", [0, 6, 2.5, "4", None, True])
def test_stars_are_whole_and_from_one_to_five(
    home: AskedHome, incident: str, stars: object
) -> None:
    answer = home.ask("owner", "PUT", f"/incidents/{incident}/rating", json={"stars": stars})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize("text", ["", " \n ", "\0\u202e", "x" * 2001, None, 7])
def test_comment_says_something_and_not_too_much(
    home: AskedHome, incident: str, text: object
) -> None:
    for method, path, more in (
        ("POST", f"/incidents/{incident}/notes", {}),
        ("PATCH", "/comments/1", {"edited_at": None}),
    ):
        answer = home.ask("owner", method, path, json={"text": text} | more)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize("path", ["/images/1", "/styles/1", "/incidents/1"])
def test_nothing_is_said_of_what_there_is_not(home: AskedHome, path: str) -> None:
    asked = [
        home.ask("owner", "GET", f"{path}/rating"),
        home.ask("owner", "PUT", f"{path}/rating", json={"stars": 5}),
    ]
    if path != "/incidents/1":
        asked += [
            home.ask("owner", "GET", f"{path}/comments"),
            home.ask("owner", "POST", f"{path}/comments", json={"text": "here"}),
        ]
    assert {(it.status_code, it.json()["code"]) for it in asked} == {(404, "unknown_subject")}


def test_images_and_looks_have_comments_once_somebody_knows_them(
    home: AskedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = home.app.state.comments
    known = {SubjectKind.IMAGE: lambda it, _: it == "9f", SubjectKind.LOOK: lambda *_: False}
    monkeypatch.setattr(service, "_rooms", known)
    written = home.ask("caregiver", "POST", "/images/9f/comments", json={"text": "Good light."})
    assert home.ask("viewer", "GET", "/images/9f/comments").json() == [written.json()]
    assert home.ask("caregiver", "POST", "/styles/9f/comments", json={"text": "no"}).is_error
    home.ask("caregiver", "PUT", "/images/9f/rating", json={"stars": 4}).raise_for_status()
    assert service.erase(Subject(kind=SubjectKind.IMAGE, id="9f")) == 1
    assert home.ask("viewer", "GET", "/images/9f/comments").json() == []
    assert home.ask("viewer", "GET", "/images/9f/rating").json()["count"] == 0


@pytest.fixture
def picture(home: AskedHome) -> str:
    """The path of a picture that is kept."""
    media = home.app.state.media
    return f"/images/{keep_picture(media._database, media._driver).id}"


def write(home: AskedHome, place: str, count: int) -> list[int]:
    """Their numbers."""
    answers = [
        home.ask("caregiver", "POST", f"{place}/comments", json={"text": f"No. {of}."})
        for of in range(count)
    ]
    return [answer.raise_for_status().json()["number"] for answer in answers]


def test_comments_come_in_pages_newest_first(home: AskedHome, picture: str) -> None:
    numbers, read = write(home, picture, 7), list[int]()
    params = {"limit": 3}
    while found := home.ask("viewer", "GET", f"{picture}/comments", params=params).json():
        assert len(found) <= 3
        read += [it["number"] for it in found]
        params["before"] = read[-1]
    assert read == numbers[::-1]


@pytest.mark.parametrize(
    "params", [{"limit": 0}, {"limit": 1001}, {"before": 0}, {"before": 2**31}, {"before": "x"}]
)
def test_page_of_comments_that_there_is_not_is_refused(
    home: AskedHome, picture: str, params: Json
) -> None:
    answer = home.ask("viewer", "GET", f"{picture}/comments", params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def shown(home: AskedHome, path: str) -> tuple[list[int], list[str]]:
    """Of a page, in whichever language: the numbers of the notes, and where its lists go on."""
    page = home.ask("caregiver", "GET", path, headers={"Accept": "text/html"})
    text = page.raise_for_status().text
    links = re.findall(r'href="(/images/[0-9a-f]+(?:\?notes_before=\d+)?#notes)"', text)
    return [int(it) for it in re.findall(r'id="note-(\d+)"', text)], links


def test_page_shows_the_newest_notes_and_leads_to_older_ones_and_back(
    home: AskedHome, picture: str
) -> None:
    numbers = write(home, picture, SHOWN + 2)
    newest, (older,) = shown(home, picture)
    assert newest == numbers[2:]
    assert older == f"{picture}?notes_before={numbers[2]}#notes"
    assert shown(home, older) == (numbers[:2], [f"{picture}#notes"])


def test_form_of_an_older_note_comes_back_to_the_page_that_it_is_on(
    home: AskedHome, picture: str
) -> None:
    numbers = write(home, picture, SHOWN + 2)
    there, before = f"{picture}/comments/{numbers[1]}", f"?notes_before={numbers[2]}"
    page = home.ask("caregiver", "GET", picture + before, headers={"Accept": "text/html"})
    assert f'action="{there}{before}#notes"' in page.text
    assert f'action="{there}/removal{before}"' in page.text
    for path, form in ((there, {"text": "changed", "edited_at": ""}), (f"{there}/removal", {})):
        headers = {"Accept": "text/html", "Origin": URL}
        answer = home.ask("caregiver", "POST", path + before, data=form, headers=headers)
        assert answer.headers["location"] == f"{picture}{before}#notes"


def test_log_of_who_did_what_has_the_note_and_not_its_text(home: AskedHome, incident: str) -> None:
    written = note(home, incident, "a secret")
    edit(home, written, "a secret still").raise_for_status()
    home.ask("owner", "DELETE", f"/comments/{written['number']}").raise_for_status()
    answer = home.ask("owner", "GET", "/audit", params={"limit": 1000})
    mine = [it["action"] for it in answer.json() if it["subject"] == f"incident {incident}"]
    assert mine == ["deleted_comment", "edited_comment", "commented"]
    assert "a secret" not in answer.text
    log = home.ask("owner", "GET", "/log", headers={"Accept": "text/html"})
    assert log.status_code == 200
    assert f'href="/incidents/{incident}"' in log.text
