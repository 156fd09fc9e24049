"""What may be set of a recipe: its schema, read as a list of settings with their ranges."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from contract.chat import Setting


@dataclass(frozen=True)
class SettingForm:
    """One setting. `default` is None where it has to be said, or where None is what is usual."""

    name: str
    kinds: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    default: Setting
    is_required: bool

    def held(self, wanted: int) -> int:
        """`wanted`, or the end of the range that is nearest to it."""
        low = wanted if self.minimum is None else max(wanted, int(self.minimum))
        return low if self.maximum is None else min(low, int(self.maximum))

    @property
    def range(self) -> str:
        """What it takes, as it is written."""
        if self.choices:
            return ", ".join(self.choices)
        low, high = _written(self.minimum), _written(self.maximum)
        return f"{low}…{high}" if low or high else " | ".join(self.kinds)


def forms_of(schema: type[BaseModel]) -> dict[str, SettingForm]:
    """All settings of a recipe, by name."""
    described = schema.model_json_schema()
    required = set(described.get("required", ()))
    definitions = described.get("$defs", {})
    return {
        name: _form(name, entry, name in required, definitions)
        for name, entry in described.get("properties", {}).items()
    }


def settled(
    schema: type[BaseModel], settings: dict[str, Setting], form: SettingForm, value: Setting
) -> tuple[bool, dict[str, Setting]]:
    """Whether the schema takes `value` beside `settings`, and all of them with it then.

    What is usual is not kept. A yes or no is no number, which pydantic would take for one.
    """
    rest = {name: kept for name, kept in settings.items() if name != form.name}
    if isinstance(value, bool) and "boolean" not in form.kinds:
        return False, settings
    if isinstance(value, float) and value.is_integer() and "number" not in form.kinds:
        value = int(value)
    try:
        taken = getattr(schema.model_validate({**rest, form.name: value}), form.name)
    except ValidationError as error:
        if any(item["type"] != "missing" for item in error.errors()):
            return False, settings
        taken = value
    kept = {} if taken == form.default and not form.is_required else {form.name: taken}
    return True, {**rest, **kept}


def _form(
    name: str, entry: dict[str, Any], is_required: bool, shared: dict[str, Any]
) -> SettingForm:
    options = [_resolved(option, shared) for option in entry.get("anyOf", [entry])]
    return SettingForm(
        name=name,
        kinds=tuple(kind for it in options if (kind := it.get("type", "string")) != "null"),
        minimum=_first(options, "minimum", "exclusiveMinimum"),
        maximum=_first(options, "maximum", "exclusiveMaximum"),
        choices=tuple(str(choice) for it in options for choice in it.get("enum", ())),
        default=entry.get("default"),
        is_required=is_required,
    )


def _resolved(option: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in option:
        return option
    found: dict[str, Any] = named[option["$ref"].rpartition("/")[2]]
    return found


def _written(number: float | None) -> str:
    if number is None:
        return ""
    return str(int(number)) if number.is_integer() else f"{number:g}"


def _first(options: list[dict[str, Any]], *names: str) -> float | None:
    return next((float(it[name]) for it in options for name in names if name in it), None)
