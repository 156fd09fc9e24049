from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, create_model

from backend.plain_words.forms import forms_of, settled
from contract.chat import Setting


class Schedule(StrEnum):
    COSINE = "cosine"
    FLAT = "flat"


class Form(BaseModel):
    epochs: Annotated[int, Field(ge=1, le=40)] = 5
    rate: Annotated[float, Field(gt=0, lt=1)] = 0.1
    most: Annotated[int, Field(ge=1)] | None = None
    schedule: Schedule = Schedule.COSINE
    kind: Literal["a", "b"] = "a"
    augments: bool = True
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class Needy(Form):
    classes: Annotated[int, Field(ge=2)]


def test_schema_is_read_as_a_list_of_settings() -> None:
    forms = forms_of(Needy)
    assert {name: (form.range, form.default, form.is_required) for name, form in forms.items()} == {
        "epochs": ("1…40", 5, False),
        "rate": ("0…1", 0.1, False),
        "most": ("1…", None, False),
        "schedule": ("cosine, flat", "cosine", False),
        "kind": ("a, b", "a", False),
        "augments": ("boolean", True, False),
        "seed": ("0…2147483647", 0, False),
        "classes": ("2…", None, True),
    }


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("epochs", 20, {"epochs": 20}),
        ("epochs", 20.0, {"epochs": 20}),
        ("epochs", "20", {"epochs": 20}),
        ("epochs", 5, {}),
        ("most", 3, {"most": 3}),
        ("schedule", "flat", {"schedule": "flat"}),
        ("augments", False, {"augments": False}),
    ],
)
def test_value_is_kept_where_it_is_not_what_is_usual(
    name: str, value: Setting, kept: dict[str, Setting]
) -> None:
    assert settled(Form, {}, forms_of(Form)[name], value) == (True, kept)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0), ("epochs", 41), ("epochs", 2.5), ("epochs", True), ("epochs", "many"),
        ("rate", 0), ("rate", 1), ("rate", False), ("schedule", "steps"), ("kind", "c"),
        ("most", 0),
    ],
)  # fmt: skip
def test_value_out_of_range_changes_nothing(name: str, value: Setting) -> None:
    before: dict[str, Setting] = {"epochs": 7}
    assert settled(Form, before, forms_of(Form)[name], value) == (False, before)


def test_settings_can_be_said_one_after_the_other_where_others_are_required() -> None:
    forms = forms_of(Needy)
    assert settled(Needy, {}, forms["epochs"], 7) == (True, {"epochs": 7})
    assert settled(Needy, {"epochs": 7}, forms["classes"], 3) == (True, {"epochs": 7, "classes": 3})
    assert settled(Needy, {}, forms["classes"], 1) == (False, {})


def test_strict_schema_that_is_made_from_a_table_takes_whole_numbers_from_a_model() -> None:
    made = create_model(
        "Made",
        __config__=ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False),
        epochs=(int, Field(default=5, ge=1, le=500, json_schema_extra={"title_ko": "에포크"})),
        rate=(float, Field(default=0.1, ge=0.0, le=1.0)),
    )
    forms = forms_of(made)
    assert settled(made, {}, forms["epochs"], 20.0) == (True, {"epochs": 20})
    assert settled(made, {"epochs": 20}, forms["rate"], 1) == (True, {"epochs": 20, "rate": 1.0})
    assert settled(made, {}, forms["epochs"], "20") == (False, {})


def test_number_is_held_within_the_range() -> None:
    form = forms_of(Form)["epochs"]
    assert [form.held(number) for number in (0, 7, 99)] == [1, 7, 40]
