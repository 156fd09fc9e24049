"""A household as people have it, for the pictures of the pages: made over HTTP."""

import time
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx

from contract.language import Language
from testkit.web_server import PASSWORD, WebServer

LOGIN = "owner"


@dataclass(frozen=True)
class Words:
    """What its people have typed."""

    owner: str
    other: str
    household: str
    resident: str
    address: str
    camera: str
    place: str
    note: str


WORDS: dict[Language, Words] = {
    "ko": Words(
        "민지", "준호", "할머니 댁", "김순자, 82세", "서울시 종로구 자하문로 1, 3층 302호",
        "거실", "책장 위", "카펫에 걸려 넘어지셨어요. 다친 데는 없습니다.",
    ),
    "en": Words(
        "Mina", "Jun", "Grandmother's home", "Kim Sun-ja, 82",
        "1 Jahamun-ro, Jongno-gu, Seoul, door 302", "living room", "on the bookshelf",
        "She had tripped over the carpet. Not hurt.",
    ),
}  # fmt: skip


def move_in(server: WebServer, language: Language) -> None:
    """Set it up: an owner who is reached, a second person, and a camera that watches."""
    words = WORDS[language]
    with _client(server) as client:
        account = {"login": LOGIN, "name": words.owner, "password": PASSWORD, "language": language}
        home = {"name": words.household, "resident": words.resident, "address": words.address}
        home |= {"entry_code": "1234*", "language": language}
        _post(client, "/setup", account | {"household": home})
        _invite(client, words, language)
        _reach(client)
        _watch(client, words)


def reach_the_other(server: WebServer) -> None:
    """Let the second person's phone ring, too."""
    with _client(server) as client:
        _try(client, 2)


def _client(server: WebServer) -> httpx.Client:
    headers = {"Authorization": f"Bearer {server.api_key}"}
    return httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=60.0)


def _invite(client: httpx.Client, words: Words, language: Language) -> None:
    address = _post(client, "/people/invitations", {"role": "caregiver"})["address"]
    account = {"login": "other", "name": words.other, "password": PASSWORD, "language": language}
    _post(client, "/auth/register", account | {"invitation": address.rpartition("/")[2]})


def _reach(client: httpx.Client) -> None:
    for person, is_tried in ((1, True), (2, False)):
        contact = _post(client, "/contacts", {"kind": "ntfy", "person_id": person})["id"]
        if is_tried:
            _try(client, contact)


def _try(client: httpx.Client, contact: int) -> None:
    _post(client, f"/contacts/{contact}/test", {})
    _post(client, f"/contacts/{contact}/confirmation", {"arrived": True})


def _watch(client: httpx.Client, words: Words) -> None:
    now = time.time()
    beat = {
        "type": "HEARTBEAT", "event_id": "first", "camera_id": words.camera, "session_id": "s",
        "seq": 1, "ts": now, "state": "running", "picture": "ok",
    }  # fmt: skip
    _post(client, "/event/payload", beat)
    place = {"place": words.place}
    client.put(f"/cameras/{words.camera}", json=place).raise_for_status()


def _post(client: httpx.Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(path, json=body).raise_for_status().json()
