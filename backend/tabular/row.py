"""The body of a question to a row: checked cell by cell against what the model reads."""

from collections.abc import Mapping
from typing import Any

from backend.errors import InvalidInput, shorten
from backend.http.bodies import parse_json
from contract.tabular import TabularFeature, TabularRow, TabularValue

MAX_TEXT = 200
"""Characters of a category."""
EXACT = 2**53
"""Whole numbers up to here are the same as a float."""
KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
NAMED = 3
"""So many names that are wrong are said."""

Features = Mapping[str, TabularFeature]
"""By their names."""


def row_of(body: bytes, features: Features) -> TabularRow:
    """The row that a JSON body holds; raises NotJson, and InvalidInput that names what is wrong."""
    sent = parse_json(body)
    if type(sent) is not dict or not sent:
        raise InvalidInput(f"body: expected an object with {_named(features)}")
    if not sent.keys() <= features.keys():
        unknown = [shorten(name) for name in sent if name not in features]
        raise InvalidInput(f"{_named(unknown)}: expected only {_named(features, len(features))}")
    return {name: _cell(features[name], value) for name, value in sent.items()}


def _cell(feature: TabularFeature, value: Any) -> TabularValue:
    kind = type(value)
    if value is None:
        return None
    if feature.kind == "number":
        if kind is float or kind is bool or (kind is int and -EXACT < value < EXACT):
            return value  # type: ignore[no-any-return]
        if kind is int:
            return float(value)
    elif kind is str and len(value) <= MAX_TEXT:
        return value  # type: ignore[no-any-return]
    raise InvalidInput(f"{feature.name}: expected {_expected(feature)}, got {_said(value)}")


def _expected(feature: TabularFeature) -> str:
    if feature.kind == "number":
        return "a number, or null where it is not known"
    return f"a text of at most {MAX_TEXT} characters, such as {_named(feature.categories)}"


def _said(value: Any) -> str:
    if type(value) is str and len(value) > MAX_TEXT:
        return f"one of {len(value)}"
    return KINDS.get(type(value), "a number")


def _named(names: "Features | list[str] | tuple[str, ...]", most: int = NAMED) -> str:
    """The first of the names, and that there are more."""
    some = list(names)[:most]
    return ", ".join(some) + (", …" if len(names) > most else "")
