"""The form of a training: what is sent, and what plain words fill in."""

import pytest

from backend.errors import InvalidInput
from backend.web.training_form import form_of, form_of_setup, recipe_of, wanted_of
from contract.chat import TrainingSetup
from contract.datasets import Subset

SENT = [
    ("recipe", "fall-lstm"),
    ("dataset_version", "one"),
    ("dataset_version", "two"),
    ("subset", '{"labels": ["fall"]}'),
    ("setting-epochs", "7"),
    ("setting-learning_rate", "1e-3"),
    ("base", ""),
    ("title", ""),
]


def test_form_that_is_sent_says_what_is_wanted() -> None:
    wanted = wanted_of(form_of(SENT), "Falls")
    assert [choice.id for choice in wanted.dataset_versions] == ["one", "two"]
    assert wanted.dataset_versions[0].subset == Subset(labels=("fall",))
    assert wanted.settings == {"epochs": 7, "learning_rate": 0.001}
    assert (wanted.title, wanted.base) == ("Falls", None)


def test_plain_words_fill_in_the_form() -> None:
    setup = TrainingSetup(
        recipe="fall-lstm",
        dataset_version_ids=("one",),
        subset=Subset(since="2026-10-01"),
        settings={"epochs": 9},
        base="shipped",
    )
    form = form_of_setup(setup)
    fields = {field.name: field for field in form.settings("ko")}
    assert (fields["epochs"].value, fields["epochs"].default) == (9, 5)
    assert fields["epochs"].title == "에포크"
    assert form.subset_json == '{"since":"2026-10-01"}'
    assert wanted_of(form, "Falls").base == "shipped"


def test_field_knows_its_range() -> None:
    fields = {field.name: field for field in form_of([]).settings("en")}
    assert (fields["folds"].low, fields["folds"].high, fields["folds"].step) == (2, 20, "1")
    assert fields["learning_rate"].step == "any"


def test_fields_of_a_table_are_words_numbers_and_choices() -> None:
    form = form_of([("recipe", "tabular"), ("setting-target", "가격"), ("setting-trees", "20")])
    assert form.values == {"target": "가격", "trees": 20}
    fields = {field.name: field for field in form.settings("ko")}
    assert fields["kind"].choices == ("value", "probability")
    assert (fields["target"].value, fields["target"].low) == ("가격", None)
    assert (fields["trees"].low, fields["trees"].high) == (1, 500)
    assert not {"features", "monotone"} & fields.keys()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setting-epochs", "2.5"),
        ("setting-learning_rate", "much"),
        ("subset", "{"),
        ("subset", "1"),
    ],
)
def test_what_the_page_does_not_send_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidInput):
        form_of([("recipe", "fall-lstm"), (name, text)])


def test_recipe_that_there_is_not_is_that_of_falls() -> None:
    assert recipe_of("<b>").name == "fall-lstm"
