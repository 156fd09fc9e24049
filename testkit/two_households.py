"""A server in this process with two households."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testkit.asked_home import PASSWORD, AskedHome, asked_home

ROOM = {"name": "301호", "resident": "박순자, 86"}


@contextmanager
def two_households(data_dir: Path, **settings: str) -> Iterator[AskedHome]:
    """Household 1, and 2 with two owners, sora and bora, a key and a camera box."""
    with asked_home(data_dir, **settings) as home:

        def ask(who: str, path: str, body: object) -> dict[str, str]:
            answer = home.ask(who, "POST", path, json=body).raise_for_status()
            return dict(answer.json())

        def join(login: str, address: str) -> None:
            new = {"login": login, "name": "소라", "password": PASSWORD}
            new["invitation"] = address.rpartition("/")[2]
            home.keys[login] = ask("stranger", "/auth/register", new)["access_token"]

        join("sora", ask("household", "/households", ROOM)["setup_address"])
        join("bora", ask("sora", "/people/invitations", {"role": "owner"})["address"])
        home.keys["their key"] = ask("sora", "/households/2/keys", {"name": "key"})["key"]
        paired = ask("sora", "/cameras", {"camera_id": "hall"})
        home.keys["other box"] = ask("stranger", "/pairing", {"code": paired["code"]})["key"]
        yield home
