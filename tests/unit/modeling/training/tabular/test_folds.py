import numpy as np
import pytest

from modeling.training.tabular.folds import folds_of
from modeling.training.tabular.material import Material
from modeling.training.tabular.settings import TabularSettings
from modeling.training.tabular.table import Table, TableError, number, text, time

ROWS = 600


@pytest.fixture
def table():
    rng = np.random.default_rng(3)
    return Table(
        {
            "who": text([f"p{index % 40}" for index in range(ROWS)]),
            "day": time(rng.integers(0, 30, ROWS)),
            "size": number(rng.normal(size=ROWS)),
            "target": number(rng.integers(0, 2, ROWS)),
        }
    )


def folds(table, **settings):
    settings = TabularSettings(**settings)
    material = Material.of(table, settings)
    return material, folds_of(material, settings)


def test_no_group_is_on_both_sides_and_each_row_is_held_out_once(table):
    material, made = folds(table, group="who", folds=4)
    assert len(made) == 4
    for fold in made:
        assert not set(material.groups[fold.learnt]) & set(material.groups[fold.held_out])
    assert (np.sum([fold.held_out for fold in made], axis=0) == 1).all()


def test_what_is_held_out_is_later_than_all_that_is_learnt_from(table):
    material, made = folds(table, time="day", folds=4)
    for fold in made:
        assert material.times[fold.learnt].max() < material.times[fold.held_out].min()
    assert made[0].learnt.sum() < made[3].learnt.sum()


def test_by_time_and_group_both_hold(table):
    material, made = folds(table, time="day", group="who", folds=3)
    for fold in made:
        assert material.times[fold.learnt].max() < material.times[fold.held_out].min()
        assert not set(material.groups[fold.learnt]) & set(material.groups[fold.held_out])


def test_a_group_that_all_rows_share_parts_nothing(table):
    alone = Table({**table.columns, "who": text(["one"] * ROWS)})
    material, made = folds(alone, group="who", time="day")
    assert not material.has_groups
    assert len(made) == 5


@pytest.mark.parametrize(
    ("columns", "settings", "message"),
    [
        ({"who": text(["a", "b"] * 300)}, {"group": "who"}, "2 groups cannot be split into 5"),
        (
            {"target": number(np.arange(ROWS) < 100), "day": time(np.arange(ROWS))},
            {"time": "day", "kind": "probability"},
            "a fold learns from 100 rows, without a yes and a no",
        ),
    ],
)
def test_folds_that_cannot_be_are_refused(table, columns, settings, message):
    with pytest.raises(TableError, match=message):
        folds(Table({**table.columns, **columns}), **settings)
