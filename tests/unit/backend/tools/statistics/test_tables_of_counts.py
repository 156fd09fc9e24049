"""Chi-square of a table, beside scipy's."""

import numpy as np
import pytest
from scipy import stats

from backend.tools.statistics.tables_of_counts import association

COUNTS = np.array([[20.0, 15.0, 30.0], [10.0, 40.0, 12.0]])


def test_chi_square_expected_counts_and_cramers_v_are_those_of_scipy() -> None:
    found = association(COUNTS)
    wanted = stats.chi2_contingency(COUNTS, correction=False)
    assert (found.chi_square, found.freedom, found.p) == pytest.approx(
        (wanted.statistic, wanted.dof, wanted.pvalue)
    )
    np.testing.assert_allclose(found.expected, wanted.expected_freq)
    v = stats.contingency.association(COUNTS.astype(int), method="cramer")
    assert found.cramers_v == pytest.approx(v)
    assert not found.is_unsure


@pytest.mark.parametrize("counts", [[[1, 3], [2, 4]], [[90, 9], [1, 0]]])
def test_small_expected_counts_make_it_unsure(counts: list[list[int]]) -> None:
    assert association(np.array(counts, dtype=float)).is_unsure
