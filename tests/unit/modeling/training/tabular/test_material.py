import numpy as np
import pytest

from modeling.training.tabular.material import Material
from modeling.training.tabular.settings import TabularSettings
from modeling.training.tabular.table import Table, TableError, number, text, time

ROWS = 300


@pytest.fixture
def table():
    rng = np.random.default_rng(1)
    colour = np.array(["red", "blue", "rare", None], dtype=object)[
        rng.choice(4, ROWS, p=(0.5, 0.4, 0.02, 0.08))
    ]
    return Table(
        {
            "colour": text(colour),
            "size": number(np.where(rng.random(ROWS) < 0.1, np.nan, rng.normal(size=ROWS))),
            "always": number(np.ones(ROWS)),
            "id": text([f"row {index}" for index in range(ROWS)]),
            "day": time(np.arange(ROWS)),
            "target": number(rng.normal(size=ROWS)),
        }
    )


def test_all_columns_that_vary_are_features_but_times_and_names_of_rows(table):
    material = Material.of(table, TabularSettings())
    colour, size = material.features
    assert (colour.name, colour.categories) == ("colour", ("blue", "red"))
    assert colour.missing == pytest.approx(0.08, abs=0.05)
    assert (size.kind, size.low) == ("number", np.nanmin(table.column("size").cells))
    assert np.isnan(material.matrix[:, 0]).mean() > colour.missing  # rare words count as missing


def test_rows_without_a_target_are_not_learnt_from(table):
    target = np.where(np.arange(ROWS) < 50, np.nan, table.column("target").cells)
    material = Material.of(Table({**table.columns, "target": number(target)}), TabularSettings())
    assert len(material) == 250
    assert np.isfinite(material.target).all()


def test_the_digest_changes_with_any_cell(table):
    changed = table.column("size").cells.copy()
    changed[7] = 9.0
    other = Table({**table.columns, "size": number(changed)})
    assert table.digest() == Table(table.columns).digest()
    assert table.digest() != other.digest()


BAD = [
    ({"target": "price"}, {}, "no column 'price', expected one of colour, size"),
    ({"target": "colour"}, {}, "colour is of text, expected a column of numbers"),
    ({"target": "always"}, {}, "always is always 1, expected several values"),
    ({"kind": "probability"}, {}, "target has other numbers, expected 0 and 1"),
    ({"kind": "probability"}, {"target": number(np.arange(ROWS) < 3)}, "holds in 3 of 300 rows"),
    ({}, {"target": number(np.full(ROWS, np.nan))}, "0 rows with target, expected 200"),
    ({"features": ["target"]}, {}, "target cannot be a feature as well"),
    ({"features": ["weight"]}, {}, "no column 'weight'"),
    ({"features": ["always"]}, {}, "always says nothing, expected a column that varies"),
    ({"features": ["day"]}, {}, "day says nothing, expected a column that varies"),
    ({"monotone": {"weight": 1}}, {}, "monotone: no feature weight"),
    ({"monotone": {"colour": 1}}, {}, "monotone: colour is a text, expected numbers"),
    ({"time": "colour"}, {}, "colour is of text, expected days, times or numbers"),
    ({"time": "size"}, {}, "size is missing in some rows, expected a time in each"),
    ({"group": "house"}, {}, "no column 'house'"),
]


@pytest.mark.parametrize(("settings", "columns", "message"), BAD)
def test_what_cannot_be_learnt_is_refused_with_what_was_expected(table, settings, columns, message):
    with pytest.raises(TableError, match=message):
        Material.of(Table({**table.columns, **columns}), TabularSettings(**settings))


def test_a_table_in_which_nothing_varies_is_refused(table):
    columns = {name: table.columns[name] for name in ("always", "target")}
    with pytest.raises(TableError, match="no column varies"):
        Material.of(Table(columns), TabularSettings())
