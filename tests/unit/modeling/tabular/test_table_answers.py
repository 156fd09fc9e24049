"""Rows of a CSV file, answered."""

import numpy as np
import pytest
from numpy.typing import NDArray

from modeling.tabular.checkpoint import TabularSchema
from modeling.tabular.model import TabularModel
from modeling.tabular.table_answers import ADDED, TableAnswers, TableError


class Trees:
    """Says the speed, or 0 where it is not known."""

    def predict(self, matrix: NDArray[np.float64], **_how: object) -> NDArray[np.float64]:
        return np.nan_to_num(matrix[:, 0])


@pytest.fixture
def model(said: dict[str, object]) -> TabularModel:
    return TabularModel(TabularSchema.model_validate(said), Trees())


def test_rows_keep_their_cells_and_get_the_answer(model: TabularModel) -> None:
    answers = TableAnswers(model, ["id", "speed", "weather"], "en")
    assert answers.header == ["id", "speed", "weather", *ADDED]
    (row,) = answers.answered([["=1+1", " 30 ", "눈"]])
    assert row == ["'=1+1", " 30 ", "눈", "30", "26", "39", "grave", ""]


@pytest.mark.parametrize(
    ("speed", "weather", "value", "remark"),
    [
        ("", "", "0", ""),
        ("nan", "clear", "0", ""),
        ("fast", "clear", "0", "speed: the training had no fast, so it counts as missing"),
        ("1e999", "clear", "0", "speed: the training had no 1e999, so it counts as missing"),
        ("30", "hail", "30", "weather: the training had no hail, so it counts as missing"),
        ("10", "clear", "10", "speed: 10 is beyond what was learnt from (20 to 110)"),
        ("true", "눈", "1", "speed: 1 is beyond what was learnt from (20 to 110)"),
    ],
)
def test_odd_cells_are_remarked(
    model: TabularModel, speed: str, weather: str, value: str, remark: str
) -> None:
    (row,) = TableAnswers(model, ["speed", "weather"], "en").answered([[speed, weather]])
    assert (row[2], row[-1]) == (value, remark)


@pytest.mark.parametrize(
    ("header", "said_so"),
    [
        (["id"], "expected a header with some of the columns speed, weather"),
        (["speed", "speed"], "expected one column speed"),
    ],
)
def test_table_without_what_the_model_reads_is_refused(
    model: TabularModel, header: list[str], said_so: str
) -> None:
    with pytest.raises(TableError, match=said_so):
        TableAnswers(model, header, "en")


def test_columns_that_are_not_there_count_as_missing(model: TabularModel) -> None:
    (row,) = TableAnswers(model, ["weather"], "ko").answered([["눈"]])
    assert row == ["눈", "0", "0", "2", "가벼움", ""]
