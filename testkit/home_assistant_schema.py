"""home_assistant_schema.py BLUEPRINTS < CONFIGS: what Home Assistant's own schemas say of both.

Runs in an environment with Home Assistant. CONFIGS is a JSON list of discovery messages. It prints
how many entities and blueprints are good, and fails at the first that is not.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA, PLATFORM_SCHEMA
from homeassistant.components.blueprint.models import Blueprint, BlueprintInputs
from homeassistant.components.mqtt import binary_sensor, button, event, sensor
from homeassistant.components.mqtt.discovery import (
    _merge_common_device_options,
    _replace_all_abbreviations,
)
from homeassistant.components.mqtt.schemas import DEVICE_DISCOVERY_SCHEMA
from homeassistant.const import __version__
from homeassistant.core import HomeAssistant
from homeassistant.helpers import frame
from homeassistant.util.yaml import parse_yaml

PLATFORMS = {it.__name__.rpartition(".")[2]: it for it in (binary_sensor, button, event, sensor)}
ANSWERS = {
    "falls": ["binary_sensor.fall"],
    "lights": {"entity_id": "light.hall"},
    "incidents": ["event.incident"],
    "door": "lock.door",
}
"""What a household would choose, by the name of the input."""


def check_config(config: dict[str, Any]) -> int:
    """How many entities it has. Raises voluptuous.Invalid."""
    _replace_all_abbreviations(config)
    DEVICE_DISCOVERY_SCHEMA(config)
    for component in config["components"].values():
        entity = {key: it for key, it in component.items() if key != "platform"}
        entity |= {"device": config["device"], "origin": config["origin"]}
        _merge_common_device_options(entity, config)
        schema = PLATFORMS[component["platform"]].DISCOVERY_SCHEMA
        good = schema(entity)
        if lost := entity.keys() - good.keys():
            raise ValueError(f"the schema of {component['platform']} passes over {lost}")
    return len(config["components"])


def check_blueprint(path: Path) -> None:
    """As a household would use it. Raises voluptuous.Invalid."""
    blueprint = Blueprint(
        parse_yaml(path.read_text(encoding="utf-8")),
        expected_domain="automation",
        schema=AUTOMATION_BLUEPRINT_SCHEMA,
    )
    given = {name: ANSWERS[name] for name in blueprint.inputs if name in ANSWERS}
    inputs = BlueprintInputs(blueprint, {"use_blueprint": {"path": path.name, "input": given}})
    inputs.validate()
    PLATFORM_SCHEMA(inputs.async_substitute())


async def main(folder: str, configs: list[dict[str, Any]], blueprints: Sequence[Path]) -> None:
    """Check all, within a Home Assistant of `folder` that knows of nothing."""
    frame.async_setup(HomeAssistant(folder))
    entities = sum(map(check_config, configs))
    for path in blueprints:
        check_blueprint(path)
    sys.stdout.write(f"{__version__}: {entities} entities, {len(blueprints)} blueprints\n")


if __name__ == "__main__":
    found = sorted(Path(sys.argv[1]).glob("*.yaml"))
    asyncio.run(main(sys.argv[1], json.load(sys.stdin), found))
