"""A kind of contact is a file."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from backend.contacts import kinds
from backend.contacts.kinds.base import Kind, Means
from backend.contacts.registry import FORM, KINDS
from backend.contacts.schemas import ShownKind


def test_every_file_is_a_kind_of_its_own() -> None:
    files = {path.stem for path in Path(kinds.__path__[0]).glob("*.py")} - {"__init__", "base"}
    assert set(KINDS) == files


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_kind_says_in_both_languages_what_it_is_and_asks(kind: Kind[Any], means: Means) -> None:
    shown = ShownKind.of(kind, means)
    assert all(asdict(kind.title).values())
    assert all(asdict(kind.help).values())
    for name, field in shown.form["properties"].items():
        assert field["label"].keys() == {"ko", "en"}, name
        assert all(field["label"].values()), name
    assert not {"kind", "person_id", "label"} & shown.form["properties"].keys()


def test_page_can_tell_what_is_required_and_what_is_secret(means: Means) -> None:
    form = ShownKind.of(KINDS["telegram"], means).form
    assert sorted(form["required"]) == ["bot_token", "chat_id"]
    secrets = {name: field["secret"] for name, field in form["properties"].items()}
    assert secrets == {"bot_token": True, "chat_id": False}


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "pigeon"},
        {},
        {"kind": "ntfy", "topic": "mine"},
        {"kind": "telegram", "bot_token": "s3cr3t", "chat_id": "1"},
        {"kind": "ntfy", "person_id": 0},
        {"kind": "ntfy", "label": "\n"},
    ],
)
def test_form_that_is_none_is_refused_without_a_secret(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        FORM.validate_python(fields)
    assert "s3cr3t" not in json.dumps(
        caught.value.errors(include_input=False, include_url=False), default=str
    )
