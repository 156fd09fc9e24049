"""What the columns of a table are called."""

from collections.abc import Sequence

import pytest

from backend.datasets.table_files.header import MAX_NAME, column_names, is_header


@pytest.mark.parametrize(
    ("first", "others", "expected"),
    [
        (["이름", "나이"], [["김철수", "70"]], True),
        (["x", "y", "n"], [["1", "2", "3"]], True),
        (["김철수", "70"], [["이영희", "71"]], False),
        (["김철수", "2026. 11. 8."], [["이영희", "2026. 11. 9."]], False),
        (["13:45", "a"], [["13:46", "b"]], False),
        (["1", "2"], [["3", "4"]], False),
        (["지역", "2024", "2025"], [["서울", "31", "32"]], True),
        (["서울", "2024"], [["부산", "2025"]], False),
        (["이름", ""], [["김철수", "70"]], True),
        (["", ""], [["1", "2"]], False),
    ],
)
def test_a_row_without_values_names_the_columns(
    first: Sequence[str], others: Sequence[Sequence[str]], expected: bool
) -> None:
    assert is_header(first, others) is expected


def test_each_column_has_a_name_of_its_own() -> None:
    given = ["a", "A", "", " a ", "a_2", "두\n줄\t\x07", "가" * 300, "\u1100\u1161"]
    names = column_names(given)
    assert names == ["a", "A_2", "column_3", "a_3", "a_2_2", "두 줄", "가" * MAX_NAME, "가"]
