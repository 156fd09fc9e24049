from dataclasses import asdict, fields

import pytest
from pydantic import ValidationError

from backend.training.recipes import RECIPES
from backend.training.settings import SETTINGS
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.images.settings import CAMERA_HEALTH, OWN_LABELS, POSTURE

DEFAULTS = {
    "fall-lstm": TrainingSettings(),
    "posture": POSTURE,
    "camera_health": CAMERA_HEALTH,
    "pictures": OWN_LABELS,
}


@pytest.fixture(params=RECIPES)
def recipe(request):
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
