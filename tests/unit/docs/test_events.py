"""The examples in docs/events.md are events."""

import re
from pathlib import Path

import pytest

from contract.events import EVENT, EventType

EXAMPLE = re.compile(r"```json\n(.*?)\n```", re.DOTALL)


@pytest.mark.parametrize("event_type", EventType)
def test_each_type_has_a_section_with_an_example_of_it(
    repository: Path, event_type: EventType
) -> None:
    page = (repository / "docs" / "events.md").read_text(encoding="utf-8")
    section = page.partition(f"\n## {event_type}: ")[2].partition("\n## ")[0]
    (example,) = EXAMPLE.findall(section)
    assert EVENT.validate_json(example).event_type is event_type
