"""Cells that a spreadsheet would carry out."""

import pytest

from common.csv_cell import harmless


@pytest.mark.parametrize("text", ["=1+1", "+82 10", "-cmd|'x'!A0", "@SUM(A1)", "\t=1", "--5"])
def test_formula_begins_with_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "거실", "1=1", "-5", "+3.5", "-1e-3", "'=1"])
def test_all_else_stays(text: str) -> None:
    assert harmless(text) == text
