"""What the demo says, in the language of the terminal."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from contract.language import Language

FOLDER = Path(__file__).parent / "words"


class Home(BaseModel):
    """Who lives where, and who looks after them: nobody that there is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str
    login: str
    name: str
    resident: str
    address: str
    entry_code: str


class Words(BaseModel):
    """One language.

    `page` takes an address, a login and a password, `delay` and `lasted` take seconds, `heartbeat`
    takes frames per second and the share of them with a pose, from 0 to 1. `scores` takes bars.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Language
    starting_server: str
    starting_camera: str
    page: str
    goes_on: str
    with_keep: str
    begins_again: str
    memo: str
    delay: str
    scores: str
    lasted: str
    heartbeat: str
    camera: str
    labels: Mapping[str, str]
    household: Home


def words_for(environment: Mapping[str, str]) -> Words:
    """Korean where the locale of the environment is, else English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    language = "ko" if locale.startswith("ko") else "en"
    return Words.model_validate(tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8")))
