"""Households made and boxes paired as people do it: by the routes of the server."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx

from testkit.simulated_boxes.plan import SimulatedBox, SimulatedHome

PASSWORD = "a sentence that is easy to remember"  # noqa: S105
NURSE = {"login": "nurse", "name": "Nurse", "password": PASSWORD, "language": "en"}
TRIES, HEARD_SEC = 10, 0.2
"""A key that one server has made the others hear of a moment later."""
HOUSE = {"household": {"name": "house", "language": "en"}}


@dataclass(frozen=True)
class PairedBox:
    """A box with the name and key that the server gave it; `room` is what a message calls it."""

    plan: SimulatedBox
    room: str
    camera_id: str
    key: str


def set_up(http: httpx.Client) -> None:
    """The first household, and its owner with a phone that has confirmed; `http` has the key."""
    _post(http, "/setup", NURSE | HOUSE)
    http.cookies.clear()
    number = _post(http, "/contacts", {"kind": "ntfy", "person_id": 1, "label": "phone"})["id"]
    _post(http, f"/contacts/{number}/test", {})
    _post(http, f"/contacts/{number}/confirmation", {"arrived": True})


def move_in(http: httpx.Client, homes: Sequence[SimulatedHome]) -> Iterator[PairedBox]:
    """A household for each home, all of that one owner, and its boxes paired."""
    for home in homes:
        wanted = {"name": home.name, "language": "en", "owner_id": 1}
        number = _post(http, "/households", wanted)["household_id"]
        key = _post(http, f"/households/{number}/keys", {"name": "pairing"})["key"]
        for box in home.boxes:
            own = {"Authorization": f"Bearer {key}"}
            code = _post(http, "/cameras", {"camera_id": box.name}, own)["code"]
            given = _post(http, "/pairing", {"code": code})
            yield PairedBox(box, f"{home.name}, {box.name}", given["camera_id"], given["key"])


def _post(
    http: httpx.Client, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
) -> dict[str, Any]:
    for _ in range(TRIES):
        answer = http.post(path, json=body, headers=headers)
        if answer.status_code != httpx.codes.UNAUTHORIZED:
            break
        time.sleep(HEARD_SEC)
    if not answer.is_success:
        raise RuntimeError(f"{path} is answered {answer.status_code}: {answer.text[:300]}")
    answered: dict[str, Any] = answer.json()
    return answered
