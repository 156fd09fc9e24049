"""Each setting stands where people look for it."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from agent.config import AgentSettings
from backend.config import BackendSettings
from modeling.event_machine import EventMachineSettings


def names(settings: type[BaseSettings]) -> list[str]:
    """The variables that set the fields of `settings`."""
    found = {name: str(f.validation_alias or name) for name, f in settings.model_fields.items()}
    if found.pop("event_machine", None):
        found |= {f.name: f"event_machine__{f.name}" for f in fields(EventMachineSettings)}
    return sorted(name.upper() for name in found.values())


@pytest.mark.parametrize("document", [".env.example", "docs/configuration.md"])
@pytest.mark.parametrize("name", sorted({*names(BackendSettings), *names(AgentSettings)}))
def test_setting_is_documented(repository: Path, document: str, name: str) -> None:
    text = (repository / document).read_text(encoding="utf-8")
    assert re.search(rf"\b{name}\b", text), f"{name} is missing in {document}"
