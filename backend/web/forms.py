"""Forms as browsers send them, checked as the bodies of the API are."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from backend.errors import InvalidInput, describe

MAX_FIELDS = 100

M = TypeVar("M", bound=BaseModel)


def pairs_of(body: bytes) -> list[tuple[str, str]]:
    """The fields and what stands in each, in their order; raises InvalidInput for no form."""
    try:
        return parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"
        )
    except ValueError as error:
        raise InvalidInput("expected a form of a page") from error


def fields_of(body: bytes) -> dict[str, str]:
    """What stands in each field; raises InvalidInput for what is no form."""
    return dict(pairs_of(body))


def chosen(pairs: Iterable[tuple[str, str]], name: str) -> tuple[str, ...]:
    """All that was chosen in the boxes of this name."""
    return tuple(text for field, text in pairs if field == name and text)


def filled(fields: Mapping[str, str]) -> dict[str, str]:
    """Those that were filled in."""
    return {name: text for name, text in fields.items() if text}


def checked(model: type[M], fields: Mapping[str, Any]) -> M:
    """The fields as what they are to be; raises InvalidInput."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise InvalidInput(describe(error)) from error


def number_in(fields: Mapping[str, str], name: str) -> int:
    """The whole number in a field; 0 where there is none."""
    text = fields.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
