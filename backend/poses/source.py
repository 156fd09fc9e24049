"""Whose poses a request is about, as the parameters of its media type say it."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote

from pydantic import ValidationError

from backend.errors import InvalidInput, describe
from contract.poses import PoseSource

NAMES = frozenset({"camera", "at", "people"})
AT = re.compile(r"\d{1,12}(\.\d{1,9})?", re.ASCII)
PEOPLE = re.compile(r"\d{1,19}(\+\d{1,19})*", re.ASCII)


def source_of(parameters: Mapping[str, str]) -> PoseSource | None:
    """None where nothing is said of it; raises InvalidInput."""
    if NAMES.isdisjoint(parameters):
        return None
    if not parameters.keys() >= NAMES:
        raise InvalidInput("expected all of `camera`, `at` and `people`, or none of them")
    at, people = parameters["at"], parameters["people"]
    if not AT.fullmatch(at):
        raise InvalidInput("at: expected seconds since 1970, as in `at=1795939200.125`")
    if not PEOPLE.fullmatch(people):
        raise InvalidInput("people: expected a number for each window, as in `people=1+2`")
    numbers = tuple(map(int, people.split("+")))
    if len(set(numbers)) < len(numbers):
        raise InvalidInput("people: expected another number for each window")
    try:
        camera_id = _camera_id(parameters["camera"])
        return PoseSource(camera_id=camera_id, at=float(at), people=numbers)
    except ValidationError as error:
        raise InvalidInput(describe(error)) from error


@lru_cache(maxsize=128)
def _camera_id(encoded: str) -> str:
    """Raises InvalidInput."""
    try:
        return unquote(encoded, errors="strict")
    except UnicodeDecodeError:
        raise InvalidInput("camera: expected the name as percent-encoded UTF-8") from None
