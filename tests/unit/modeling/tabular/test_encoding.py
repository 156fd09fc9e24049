import re

import numpy as np
import pytest

from modeling.tabular.checkpoint import TabularSchema
from modeling.tabular.encoding import Encoder, Oddity, RowError
from modeling.tabular.wording import detail_of, warning_of

NAMES = ["speed", "weather"]


@pytest.fixture
def encoder(said):
    return Encoder(TabularSchema.model_validate(said).features)


def test_cells_become_numbers_in_the_order_of_the_features(encoder):
    encoded = encoder.encode([{"weather": "눈", "speed": 60}, {"speed": True, "weather": "clear"}])
    assert encoded.matrix.tolist() == [[60.0, 1.0], [1.0, 0.0]]
    assert encoded.odd[0] == []


@pytest.mark.parametrize(
    ("row", "number", "oddity", "message"),
    [
        ({"weather": "clear"}, np.nan, Oddity.MISSING, "speed is missing"),
        ({"speed": None, "weather": "clear"}, np.nan, Oddity.MISSING, "speed is missing"),
        ({"speed": 200, "weather": "clear"}, 200.0, Oddity.BEYOND, "200 is beyond .*20 to 110"),
        ({"speed": 5.5, "weather": "clear"}, 5.5, Oddity.BEYOND, "5.5 is beyond"),
        ({"speed": 50, "weather": "hail"}, np.nan, Oddity.UNKNOWN, "the training had no hail"),
        ({"speed": 50, "weather": " "}, np.nan, Oddity.MISSING, "weather is missing"),
    ],
)
def test_what_is_odd_is_said(encoder, row, number, oddity, message):
    encoded = encoder.encode([row])
    (odd,) = encoded.odd[0]
    np.testing.assert_equal(encoded.matrix[0, NAMES.index(odd.feature.name)], number)
    assert odd.oddity is oddity
    assert re.search(message, warning_of(odd, "en"))
    assert not warning_of(odd, "ko").isascii()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"speed": "fast"}, "speed: expected a number such as 20"),
        ({"speed": float("nan")}, "speed: expected a number"),
        ({"speed": float("inf")}, "speed: expected a number"),
        ({"speed": 10**400}, "speed: expected a number"),
        ({"weather": 3}, "weather: expected a text such as clear or 눈"),
        ({"weather": True}, "weather: expected a text"),
        ({"colour": 1}, "no feature colour, expected some of speed, weather"),
    ],
)
def test_cells_of_another_kind_are_refused_with_what_was_expected(encoder, row, message):
    with pytest.raises(RowError, match=message):
        encoder.encode([row])


def test_columns_become_the_same_numbers_as_rows(encoder):
    rows = [{"speed": 50.0, "weather": "눈"}, {"speed": 300.0, "weather": "hail"}, {"speed": None}]
    columns = {"speed": np.array([50.0, 300.0, np.nan]), "weather": ["눈", "hail", None]}
    np.testing.assert_equal(encoder.encode_columns(columns), encoder.encode(rows).matrix)
    alone = encoder.encode_columns({"weather": ["눈", "hail", None]})
    np.testing.assert_equal(alone[:, 0], [np.nan] * 3)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"speed": [1, 2], "weather": ["눈"]}, r"columns of \[1, 2\] cells, expected as many"),
        ({}, "expected as many in each"),
        ({"speed": np.array([np.inf])}, "speed: expected finite numbers"),
        ({"speed": ["fast"]}, "speed: expected a number"),
    ],
)
def test_columns_that_are_none_are_refused(encoder, columns, message):
    with pytest.raises(RowError, match=message):
        encoder.encode_columns(columns)


def test_a_detail_says_how_far_the_truth_may_be(said):
    schema = TabularSchema.model_validate(said)
    assert detail_of(schema, 4.0, (3.0, 6.0), "en").endswith(
        "In 90% of such rows it lies between 3 and 6."
    )
    assert "90%에서 3~6 사이" in detail_of(schema, 4.0, (3.0, 6.0), "ko")
    assert "about 120." in detail_of(schema, 0.12, None, "en")
