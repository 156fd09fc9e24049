"""A family whose phones are topics of an ntfy stand-in, put into a server's data beforehand."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx

from backend.alerts.message.wording import KOREAN
from backend.contacts import store
from backend.contacts.kinds.ntfy import KIND as NTFY
from backend.contacts.ntfy_channel import NtfyAddress
from backend.people.household import HouseholdSettings
from backend.storage.database import open_database
from testkit.escalations import KIM, LEE, PARK, Member, set_up
from testkit.households import HOME
from testkit.ntfy_server import NtfyServer

Json = dict[str, Any]
HOUSE_KEY, CAMERA_KEY = "key-of-the-house-0123456789", "key-of-the-hall-0123456789"
FAMILY = (KIM, LEE, PARK)
QUICK = HouseholdSettings(
    name="Home",
    address="Seoul, Sejong-daero 1",
    repeat_sec=1.0,
    second_after_sec=2.0,
    all_after_sec=3.0,
    ask_again_sec=60.0,
    unanswered_sec=2.0,
)
"""Everybody is notified within seconds."""
ROUND = re.compile(re.escape(KOREAN.again).replace(r"\{count\}", r"(\d+)"))


def move_in(
    data_dir: Path,
    ntfy_url: str,
    settings: HouseholdSettings = QUICK,
    members: Iterable[Member] = FAMILY,
    household_id: int = HOME,
) -> None:
    """Let a family live in `data_dir`, whose server does not run; a topic is its reader's name."""
    database = open_database(None, data_dir)
    people = set_up(database, settings, members, household_id)
    with database.writing() as db:
        for person in people:
            address = NtfyAddress(server=ntfy_url, topic=person.name).model_dump_json()
            contact = store.add(db, household_id, person.id, NTFY.name, "phone", address, 0.0)
            store.change(db, contact.number, confirmed_at=0.0)
    database.is_durable()
    database.close()


Neighbours = Mapping[int, tuple[HouseholdSettings, Sequence[Member]]]
"""Other households by their numbers."""


def family_server(
    server_factory: Callable[..., Any],
    phones: NtfyServer,
    neighbours: Neighbours | None = None,
    **intervals: float,
) -> Any:
    """A server that starts on the data of a family, whose QUICK intervals are these otherwise."""
    keys = {"API_KEY": HOUSE_KEY, "CAMERA_KEYS": f"거실={CAMERA_KEY}"}
    server = server_factory(KAKAO_ACCESS_TOKEN="", KAKAO_REST_API_KEY="", **keys)
    server.stop()
    move_in(server.data_dir, phones.url, QUICK.model_copy(update=intervals))
    for household_id, (settings, members) in (neighbours or {}).items():
        move_in(server.data_dir, phones.url, settings, members, household_id)
    server.start(PUBLIC_URL=server.url)
    return server


@dataclass(frozen=True)
class Told:
    """One message on somebody's phone: a round of an incident, or a notice of it."""

    title: str
    round: int
    is_resend: bool
    message: Json

    @property
    def what(self) -> tuple[str, int]:
        """Which step it is of, marked or not."""
        return self.title.removeprefix(KOREAN.resend_mark), self.round

    @property
    def link(self) -> str | None:
        """Where it is answered."""
        link: str | None = self.message.get("click")
        return link


def told(phones: NtfyServer, member: Member, camera: str | None = None) -> list[Told]:
    """What somebody's phone has shown, of one camera or of all, oldest first."""
    found = [_told(message) for message in phones.of(member.name)]
    return [it for it in found if camera is None or it.title.endswith(f" - {camera}")]


def _told(message: Json) -> Told:
    title, body = message["title"], message["message"]
    found = ROUND.search(body)
    number = int(found[1]) if found else 0
    return Told(title, number, title.startswith(KOREAN.resend_mark), message)


def answer(link: str, said: str) -> httpx.Response:
    """Answer as the button of a message does."""
    body = json.dumps({"answer": said})
    headers = {"Content-Type": "application/json"}
    return httpx.post(link, content=body, headers=headers, trust_env=False, timeout=30.0)
