"""The pages over HTTP: who gets them, with which headers, and what is refused."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest

from backend.health.service import Health
from backend.web.overview import PARTS

PASSWORD = "a sentence that is easy to remember"
FORM = "application/x-www-form-urlencoded"
HTML = {"Accept": "text/html"}
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)
FACTORY = [
    "/detectors",
    "/detectors/deployments",
    "/datasets",
    "/jobs",
    "/training",
    "/training?recipe=tabular",
]
PAGES = [
    "/household", "/people", "/people/1", "/cameras", "/channels", "/settings", "/log", "/ask",
    "/ask/tools", "/ask/tools?tool=nights&asked=1", "/ask/days", "/ask/report", *FACTORY,
]  # fmt: skip


@pytest.fixture(scope="module")
def server(serve: Any) -> Any:
    """A server that asks for log-ins, with a household."""
    return serve(API_KEY="the-key-of-the-household", ALLOW_WITHOUT_KEY="false")


@pytest.fixture(scope="module")
def owner(server: Any) -> Iterator[httpx.Client]:
    """The owner's browser, on a page of the server."""
    headers = HTML | {"Origin": server.url}
    client = httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=30.0)
    account = {"login": "mina", "name": "Mina", "password": PASSWORD, "language": "en"}
    key = {"Authorization": "Bearer the-key-of-the-household", "Accept": "*/*"}
    household = {"household": {"name": "Home"}}
    with client:
        client.post("/setup", json=account | household, headers=key).raise_for_status()
        yield client


def test_each_part_of_the_health_has_words(owner: httpx.Client) -> None:
    health = Health.model_validate(owner.get("/health", headers={"Accept": "*/*"}).json())
    # Other households are told of the whole server in one part, and only servers that share a
    # database tell of falls without it.
    assert set(health.model_extra or {}) == set(PARTS) - {"server", "told"}


def strangers(server: Any, path: str, **headers: str) -> httpx.Response:
    """What somebody gets who is not logged in."""
    return httpx.get(f"{server.url}{path}", headers=HTML | headers, trust_env=False)


def test_address_of_a_call_shows_a_page_to_a_browser_and_json_to_a_program(
    owner: httpx.Client,
) -> None:
    page, answer = owner.get("/people"), owner.get("/people", headers={"Accept": "*/*"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.json()[0]["login"] == "mina"
    assert "Accept" in page.headers["vary"]


@pytest.fixture(scope="module")
def caregiver(server: Any, owner: httpx.Client) -> Iterator[httpx.Client]:
    """The browser of somebody who answers alerts."""
    made = owner.post(
        "/people/invitations", json={"role": "caregiver"}, headers={"Accept": "*/*"}
    ).json()
    account = {"login": "jun", "name": "Jun", "password": PASSWORD, "language": "en"}
    code = {"invitation": made["address"].rpartition("/")[2]}
    headers = HTML | {"Origin": server.url}
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
        joined = client.post("/auth/register", json=account | code, headers={"Accept": "*/*"})
        joined.raise_for_status()
        yield client


@pytest.mark.parametrize("path", FACTORY)
def test_factory_is_for_owners(caregiver: httpx.Client, path: str) -> None:
    page = caregiver.get(path)
    assert page.status_code == 403
    assert "An owner of the household can." in page.text


def test_menu_leads_to_the_factory_only_who_may_go_there(
    caregiver: httpx.Client, owner: httpx.Client
) -> None:
    link = 'href="/detectors"'
    assert link in owner.get("/household").text
    assert link not in caregiver.get("/household").text


def test_jobs_say_how_a_worker_is_started(owner: httpx.Client) -> None:
    assert "uv run --no-sync run-worker" in owner.get("/jobs").text


@pytest.mark.parametrize("path", PAGES)
def test_page_runs_no_script_of_its_own_text_and_is_kept_nowhere(
    owner: httpx.Client, path: str
) -> None:
    page = owner.get(path)
    assert page.status_code == 200
    assert INLINE.findall(page.text) == []
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_page_leads_a_stranger_to_the_login(server: Any, owner: httpx.Client, path: str) -> None:
    answer = strangers(server, path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


@pytest.mark.parametrize(
    "path", ["/static/x/app.css", "/manifest.webmanifest", "/service-worker.js"]
)
def test_file_of_the_pages_needs_no_login(server: Any, path: str) -> None:
    assert strangers(server, path).status_code == 200


@pytest.mark.parametrize("name", ["../pages.py", "%2e%2e/pages.py", "/etc/passwd", "nothing.js"])
def test_only_files_of_the_pages_are_served(server: Any, name: str) -> None:
    answer = strangers(server, f"/static/x/{name}")
    assert answer.status_code in {303, 404}
    assert "import" not in answer.text


@pytest.mark.parametrize(
    "path",
    ["/login", "/setup", "/invitation/abc", "/people/1", "/settings", "/cameras", "/auth/logout"],
)
@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_form_of_another_site_is_refused(
    owner: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    answer = owner.post(path, content="name=x", headers=headers | {"Content-Type": FORM})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "wanted",
    ["//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "x", "/\n"],
)
def test_login_leads_to_no_other_site(server: Any, owner: httpx.Client, wanted: str) -> None:
    answer = logged_in(server, {"next": wanted})
    assert answer.headers["location"] == "/"


def test_login_leads_to_the_page_that_was_wanted(server: Any, owner: httpx.Client) -> None:
    assert logged_in(server, {"next": "/people?done=x"}).headers["location"] == "/people?done=x"


def logged_in(server: Any, fields: dict[str, str]) -> httpx.Response:
    given = {"login": "mina", "password": PASSWORD} | fields
    headers = HTML | {"Origin": server.url}
    answer = httpx.post(f"{server.url}/login", data=given, headers=headers, trust_env=False)
    assert answer.status_code == 303
    return answer


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%ff", b"&" * 5000, b"", b"a" * 70_000])
@pytest.mark.parametrize(
    "path",
    [
        "/login",
        "/settings",
        "/cameras",
        "/people/1",
        "/people/invitations",
        "/training",
        "/training/words",
        "/datasets/from-record",
        "/detectors/deployments",
        "/detectors/comparisons",
    ],
)
def test_what_is_no_form_is_refused_and_makes_no_error_of_the_server(
    owner: httpx.Client, path: str, body: bytes
) -> None:
    answer = owner.post(path, content=body, headers={"Content-Type": FORM})
    assert answer.status_code in {303, 401, 404, 413, 422, 429}, answer.text
    assert answer.is_redirect or answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/no-such-page", 404, "There is no such page."),
        ("/incidents/none", 404, "There is no such incident."),
        ("/incidents/none/poses", 404, "There is no such incident."),
    ],
)
def test_refusal_is_a_page_to_a_browser_and_json_to_a_program(
    owner: httpx.Client, path: str, status: int, sentence: str
) -> None:
    page = owner.get(path)
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert f'role="alert">{sentence}' in page.text
    assert 'href="/people"' in page.text
    told = owner.get(path, headers={"Accept": "*/*"})
    assert (told.status_code, told.json().keys()) == (status, {"code", "message"})


def test_refusal_at_the_door_is_a_page_without_a_way_further_in(server: Any) -> None:
    foreign = {"Origin": "https://elsewhere.example", "Accept-Language": "ko"}
    url = f"{server.url}/login"
    page = httpx.post(url, headers=HTML | foreign, trust_env=False)
    assert page.status_code == 403
    assert "PUBLIC_URL" in page.text
    assert '<html lang="ko">' in page.text
    assert 'href="/people"' not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert httpx.post(url, headers=foreign, trust_env=False).json()["code"] == "forbidden"


def test_log_says_in_words_what_somebody_has_looked_at(server: Any, owner: httpx.Client) -> None:
    key = {"Authorization": "Bearer the-key-of-the-household", "Accept": "*/*"}
    fall = {"event_type": "START", "event": "fall", "event_id": "f", "camera_id": "hall", "ts": 1e9}
    owner.post("/event/payload", json=fall, headers=key).raise_for_status()
    (incident,) = owner.get("/incidents", headers=key).json()
    path = f"/incidents/{incident['id']}"
    for seen in ("/", "/now", "/record", path):
        assert owner.get(seen).status_code == 200
    assert owner.get(f"{path}/poses", headers={"Accept": "*/*"}).status_code in {200, 404}
    log = owner.get("/log").text
    assert log.count("looked at: the live view") == 1
    assert "looked at: the record" in log
    assert f'looked at: <a href="{path}">an incident</a>' in log
    assert f'looked at: <a href="{path}">the skeletons of an incident</a>' in log


def test_wrong_key_opens_no_page(server: Any) -> None:
    answer = strangers(server, "/people", Authorization="Bearer a-wrong-key")
    assert answer.status_code in {303, 401}


def test_page_says_of_a_box_that_was_paired_for_a_recording_that_it_was_there(
    server: Any, owner: httpx.Client
) -> None:
    made = owner.post("/cameras", data={"camera_id": "hall"}).raise_for_status().text
    code = re.findall(r'id="code">(\d{6})<', made)[0]
    paired = httpx.post(f"{server.url}/pairing", json={"code": code}, trust_env=False)
    headers = {"Authorization": f"Bearer {paired.raise_for_status().json()['key']}"}
    beat = {"type": "HEARTBEAT", "session_id": "s", "seq": 1, "state": "ended", "ts": 1.8e9}
    url, beat = f"{server.url}/event/payload", beat | {"event_id": "b", "camera_id": "hall"}

    def said() -> str:
        return owner.get("/cameras/waiting", params={"camera_id": "hall"}).text

    assert "Waiting for its first sign of life" in said()
    httpx.post(url, json=beat, headers=headers, trust_env=False).raise_for_status()
    assert "what it watched has ended" in said()
