"""The household of the demo: made up, with one owner, whose password is new each time."""

import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx

from demo.words import Words


@dataclass(frozen=True)
class Owner:
    """How the page is entered."""

    login: str
    password: str = field(default_factory=lambda: secrets.token_hex(5), repr=False)


def move_in(server: httpx.Client, words: Words) -> Owner:
    """Set the household up and return its owner, who watches the page and is reached by no phone.

    `server` shows the API_KEY.
    """
    home = words.household
    owner = Owner(home.login)
    settings = home.model_dump(include={"name", "resident", "address", "entry_code"})
    account: dict[str, Any] = {"login": owner.login, "password": owner.password}
    account |= {"name": home.owner, "language": words.language}
    household = settings | {"language": words.language}
    server.post("/setup", json=account | {"household": household}).raise_for_status()
    server.put("/people/1", json={"stage": None}).raise_for_status()
    return owner
