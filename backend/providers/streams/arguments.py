"""The arguments of a call, as a model has written them."""

from pydantic import JsonValue
from pydantic_core import from_json


def arguments_of(text: str) -> dict[str, JsonValue] | None:
    """`text` as a JSON object; None where it is none."""
    try:
        value: JsonValue = from_json(text, allow_inf_nan=False)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
