"""What the demo says, in the language of the terminal."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent / "words"


class Words(BaseModel):
    """One language. `goes_on` takes an address, `delay` takes seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    starting_server: str
    starting_camera: str
    goes_on: str
    memo: str
    delay: str
    camera: str
    labels: Mapping[str, str]


def words_for(environment: Mapping[str, str]) -> Words:
    """Korean where the locale of the environment is, else English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    language = "ko" if locale.startswith("ko") else "en"
    return Words.model_validate(tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8")))
