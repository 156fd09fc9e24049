from dataclasses import asdict, fields

import pytest
from pydantic import ValidationError

from backend.training.recipes import RECIPES
from backend.training.settings import SETTINGS
from contract.tabular import TABULAR_RECIPES
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.images.settings import CAMERA_HEALTH, OWN_LABELS, POSTURE

DEFAULTS = {
    "fall-lstm": TrainingSettings(),
    "posture": POSTURE,
    "camera_health": CAMERA_HEALTH,
    "pictures": OWN_LABELS,
}


@pytest.fixture(params=DEFAULTS)
def recipe(request):
    return RECIPES[request.param]


@pytest.fixture(params=[name for name, recipe in RECIPES.items() if recipe.is_tabular])
def tabular(request):
    return RECIPES[request.param]


def test_defaults_are_those_of_the_dataclass_and_make_one(recipe):
    defaults = DEFAULTS[recipe.name]
    settings = recipe.settings().model_dump()
    assert settings == {name: asdict(defaults)[name] for name in settings}
    assert type(defaults)(**settings).epochs == defaults.epochs


def test_all_but_what_is_for_dry_runs_and_bases_may_be_set(recipe):
    kept_back = {"base", "max_batches", "clips_a_room"}
    own = {field.name for field in fields(DEFAULTS[recipe.name])}
    unused = {"posture": {"takes"}, "pictures": {"takes"}}.get(recipe.name, set())
    assert set(recipe.settings.model_fields) == own - kept_back - unused


def test_each_setting_has_its_range_and_both_titles(recipe):
    schema = recipe.settings.model_json_schema()
    assert recipe.title
    assert recipe.title_ko
    for name, field in schema["properties"].items():
        assert field["minimum"] == SETTINGS[name].low
        assert field["maximum"] == SETTINGS[name].high
        assert field["title"].isascii()
        assert not field["title_ko"].isascii()
        assert field["minimum"] <= field["default"] <= field["maximum"]


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), "5", None, True, [1], -1e12, 1e12])
def test_what_is_no_number_or_out_of_range_is_refused(recipe, name, value):
    with pytest.raises(ValidationError):
        recipe.settings.model_validate({name: value})


def test_a_setting_that_nobody_knows_is_refused(recipe):
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        recipe.settings.model_validate({"base": "abc"})


def test_what_may_be_set_of_a_table_has_both_titles_and_a_default_that_is_taken(tabular):
    schema = tabular.settings.model_json_schema()
    for field in schema["properties"].values():
        assert field["title"].isascii()
        assert not field["title_ko"].isascii()
        assert "default" in field
    assert tabular.settings.model_validate(tabular.settings().model_dump(mode="json"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"trees": 0}, {"trees": 10**6}, {"trees": 5.5}, {"trees": "9"}, {"leaves": 1},
        {"kind": "class"}, {"target": ""}, {"features": "all"}, {"monotone": {"a": 2}},
        {"learning_rate": float("nan")}, {"coverage": 1.0}, {"depth": 3},
    ],
)  # fmt: skip
def test_what_may_not_be_set_of_a_table_is_refused(tabular, wrong):
    with pytest.raises(ValidationError):
        tabular.settings.model_validate(wrong)


def test_each_recipe_of_tables_tells_its_own_column():
    targets = {name: RECIPES[name].settings().target for name in TABULAR_RECIPES}
    assert targets == {"eclo": "eclo", "fall_risk": "fell_within_week", "tabular": "target"}
    assert RECIPES["fall_risk"].settings().kind == "probability"
