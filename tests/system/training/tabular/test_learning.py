"""Trees are learnt, say how far off they are, and are answered by as they were judged."""

import numpy as np
import pytest

from modeling.tabular.checkpoint import MODEL_NAME, SHIPPED
from modeling.tabular.model import TabularModel
from modeling.training.tabular.accidents import expected_eclo, generate_accidents
from modeling.training.tabular.calibration import calibrate, intervals_of, probability, within
from modeling.training.tabular.figures import area_under_roc, explained, mean_of
from modeling.training.tabular.learning import Lesson, learn, trees_of
from modeling.training.tabular.lives import simulate_lives
from modeling.training.tabular.material import Material
from modeling.training.tabular.recipes import RECIPES
from modeling.training.tabular.record import TabularRecord
from modeling.training.tabular.settings import (
    EVENING_FEATURES,
    FELL,
    EcloSettings,
    FallRiskSettings,
    TabularSettings,
)
from modeling.training.tabular.table import Table, number, text
from modeling.training.tabular.validation import validate
from modeling.training.tabular.weeks import weeks_of

ROWS = 2000
FEW = {"trees": 30, "folds": 3}


@pytest.fixture(scope="module")
def eclo():
    return TabularModel.load(SHIPPED / "eclo")


@pytest.fixture(scope="module")
def fall_risk():
    return TabularModel.load(SHIPPED / "fall_risk")


@pytest.fixture(scope="module")
def others():
    """Accidents that the shipped model has not learnt from."""
    return generate_accidents(seed=1, rows=20_000)


def answered(model, table):
    names = [feature.name for feature in model.schema.features]
    return model.predict_columns({name: table.column(name).cells for name in names})


def sizes(rows=ROWS):
    """A yes that depends on a size and a colour, and noise."""
    rng = np.random.default_rng(2)
    size, colour = rng.normal(size=rows), rng.choice(["red", "blue"], rows)
    odds = 2.0 * size + (colour == "red")
    return Table(
        {
            "size": number(size),
            "colour": text(colour.astype(object)),
            "noise": number(rng.normal(size=rows)),
            "is_so": number(rng.random(rows) < 1.0 / (1.0 + np.exp(-odds))),
            "value": number(odds + rng.normal(size=rows)),
        }
    )


def settings(**more):
    return TabularSettings(**{"target": "value", "features": ["size", "colour", "noise"], **more})


def judged(table, settings):
    return validate(Material.of(table, settings), settings, lambda *_: None).record


def test_intervals_hold_nine_of_ten_truths_of_accidents_never_seen(eclo, others):
    told, truth = answered(eclo, others), others.column("eclo").cells
    inside = (told.low <= truth) & (truth <= told.high)
    assert 0.88 < inside.mean() < 0.93
    gravest = told.value > np.quantile(told.value, 0.9)
    assert 0.86 < inside[gravest].mean() < 0.94
    assert (told.high - told.low)[gravest].mean() > (told.high - told.low)[~gravest].mean()


def test_it_tells_most_of_what_the_formula_says(eclo, others):
    truth, one = others.column("eclo").cells, np.ones(len(others))
    share = explained(answered(eclo, others).value, truth)(one)
    best = explained(expected_eclo(others), truth)(one)
    assert 0.8 * best < share < 1.05 * best


def test_probabilities_are_as_often_so_as_they_say(fall_risk):
    table = weeks_of(simulate_lives(seed=1, people=400, days=250))
    told, truth = answered(fall_risk, table).value, table.column(FELL).cells
    assert truth.sum() > 100
    assert told.mean() == pytest.approx(truth.mean(), rel=0.25)
    highest = told > np.quantile(told, 0.9)
    assert told[highest].mean() == pytest.approx(truth[highest].mean(), rel=0.4)
    assert area_under_roc(told, truth)(np.ones(len(truth))) > 0.62


def test_the_trees_that_ship_are_made_again_byte_by_byte():
    asked = EcloSettings()
    made = trees_of(Material.of(generate_accidents(asked.seed), asked), asked)
    assert made.encode() == (SHIPPED / "eclo" / MODEL_NAME).read_bytes()


@pytest.mark.slow
def test_so_are_those_of_falls():
    asked = FallRiskSettings()
    made = trees_of(Material.of(weeks_of(simulate_lives(asked.seed)), asked), asked)
    assert made.encode() == (SHIPPED / "fall_risk" / MODEL_NAME).read_bytes()


@pytest.mark.parametrize("kind", ["value", "probability"])
def test_there_is_skill_where_there_is_something_to_learn_and_none_on_noise(kind):
    target = {"value": "value", "probability": "is_so"}[kind]
    asked = settings(target=target, kind=kind, least_in_leaf=20, **FEW)
    table = sizes()
    shuffled = np.random.default_rng(4).permutation(table.column(target).cells)
    real = judged(table, asked)
    noise = judged(Table({**table.columns, target: number(shuffled)}), asked)
    if kind == "value":
        assert real.trees.explained.low > 0.5
        assert real.trees.mean_error.high < real.mean.mean_error.low
        assert noise.trees.explained.value < 0.02
        assert 0.87 < real.covered.count / real.covered.total < 0.93
    else:
        assert real.trees.area_under_roc.low > 0.75
        assert real.trees.log_loss.high < real.mean.log_loss.low
        assert noise.trees.area_under_roc.low < 0.52
        assert abs(noise.reliability[-1].answered - shuffled.mean()) < 0.1
        assert len(real.reliability) == 10


def test_a_checkpoint_answers_as_its_trees_do_and_its_reasons_add_up(tmp_path):
    table = sizes()
    recipe = RECIPES["tabular"]
    for kind, target in (("value", "value"), ("probability", "is_so")):
        asked = settings(target=target, kind=kind, monotone={"size": 1}, **FEW)
        schema = learn(Lesson(recipe, asked, table, False, "a test"), tmp_path / kind)
        model = TabularModel.load(tmp_path / kind)
        rows = [
            {"size": s, "colour": c, "noise": 0.0} for s in (-2.0, 0.5) for c in ("red", "blue")
        ]
        told = model.answers(rows, "en")
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        many = model.predict_columns(columns, with_top=True)
        np.testing.assert_allclose([each.value for each in told], many.value)
        assert [schema.features[top].name for top in many.top] == [
            each.reasons[0].feature for each in told
        ]
        assert told[0].reasons[0].feature == "size"
        assert told[0].value < told[2].value
        assert "a test" in (tmp_path / kind / "CARD.md").read_text()
        base = model.answers([rows[0]], "ko")[0]
        assert base.value == told[0].value
        assert not base.interpretation.isascii()


def test_reasons_of_a_value_add_up_to_it(eclo):
    rows = [{"hour": 23, "accident_type": "vehicle_pedestrian", "speed_limit": 80}]
    encoded = eclo._encoder.encode(rows).matrix
    told = eclo.answers(rows, "en")[0]
    assert eclo._contributions(encoded, 1).sum() == pytest.approx(told.value)
    assert told.reasons[0].feature in ("accident_type", "speed_limit", "hour")
    assert len(told.reasons) == 5
    assert told.low < told.value < told.high


def test_what_it_has_not_seen_is_answered_with_a_warning(eclo):
    known = {"weather": "clear", "road_surface": "dry", "road_type": "crossing", "hour": 9,
             "accident_type": "vehicle_vehicle", "weekday": 2, "district": "centre",
             "speed_limit": 50}  # fmt: skip
    plain, unknown, missing, beyond = eclo.answers(
        [known, known | {"weather": "hail"}, known | {"weather": None}, known | {"hour": 99}], "en"
    )
    assert plain.warnings == ()
    assert unknown.warnings == ("weather: the training had no hail, so it counts as missing",)
    assert missing.warnings == ("weather is missing, and the answer does without it",)
    assert beyond.warnings == ("hour: 99 is beyond what was learnt from (0 to 23)",)
    assert unknown.value == missing.value
    assert "generated accidents" in plain.detail


def test_a_larger_number_never_lowers_what_only_raises(eclo):
    told = eclo.answers([{"speed_limit": limit} for limit in (30, 50, 60, 80, 100)], "en")
    values = [each.value for each in told]
    assert values == sorted(values)
    assert values[0] < values[-1]


def test_no_risk_of_simulated_lives_is_shown_to_a_family(fall_risk, eclo):
    schema = fall_risk.schema
    assert (schema.is_generated, schema.shows_to_families) == (True, False)
    assert "person_days" in schema.refusal.ko
    assert [feature.name for feature in schema.features] == list(EVENING_FEATURES)
    assert (eclo.schema.is_generated, eclo.schema.shows_to_families) == (True, True)


def test_what_is_learnt_from_real_days_is_shown(tmp_path):
    days = simulate_lives(seed=3, people=60, days=200)
    recipe = RECIPES["fall_risk"]
    asked = recipe.settings(folds=2, trees=5)
    schema = learn(Lesson(recipe, asked, days, False, "a test"), tmp_path)
    assert (schema.shows_to_families, schema.refusal, schema.is_generated) == (True, None, False)
    assert TabularRecord.model_validate(schema.metrics).groups == 60


def test_trees_that_know_nothing_answer_the_share():
    rng = np.random.default_rng(0)
    truth = (rng.random(1000) < 0.2).astype(float)
    turned = calibrate(-truth + rng.normal(scale=0.1, size=1000), truth)
    assert probability(np.array([-1.0, 1.0]), turned) == pytest.approx(0.2, abs=0.01)


def test_intervals_of_few_rows_span_all_of_them():
    answer, truth = np.zeros(5), np.array([-3.0, -1.0, 0.0, 1.0, 4.0])
    intervals = intervals_of(answer, truth, 0.9)
    assert (intervals.low, intervals.high) == ((-3.0,), (4.0,))
    assert within(answer, truth, intervals).all()


def test_bin_that_ties_leave_empty_has_the_interval_of_all():
    answer = np.repeat([1.0, 2.0], [300, 700])
    truth = answer + np.random.default_rng(0).normal(size=1000)
    intervals = intervals_of(answer, truth, 0.9)
    assert intervals.edges[0] == 1.0  # nothing lies below it
    assert intervals.low[0] == pytest.approx(-1.64, abs=0.2)
    assert intervals.high[0] == pytest.approx(1.64, abs=0.2)


def test_figures_are_those_of_their_definitions():
    answer, truth = np.array([0.1, 0.4, 0.4, 0.9]), np.array([0.0, 0.0, 1.0, 1.0])
    one = np.ones(4)
    assert area_under_roc(answer, truth)(one) == 3.5 / 4
    assert area_under_roc(answer, truth)(np.array([0.0, 1.0, 1.0, 0.0])) == 0.5
    assert np.isnan(area_under_roc(answer, np.ones(4))(one))
    assert explained(truth, truth)(one) == 1.0
    assert mean_of(truth)(np.array([1.0, 1.0, 2.0, 0.0])) == 0.5
