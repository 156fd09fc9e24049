"""A job that learns from a table: its process, killed and taken up again, and its version."""

from io import StringIO
from pathlib import Path

import pytest

from contract.datasets import DatasetKind
from contract.jobs import Measured, Progress
from contract.training import TrainingOrder
from modeling.perception.carried.talk import Talk
from modeling.tabular.model import TabularModel
from modeling.training.carried import tabular
from modeling.training.tabular.table import TableError
from testkit.carried_training import carrier_of, carry_out, result_of, training_job
from testkit.households import HOME
from testkit.versions import open_versions

TABLE = DatasetKind.TABLE
PRICE = {"target": "가격", "group": "단지", "folds": 3, "trees": 20}


def test_a_job_learns_from_a_table_and_its_version_has_what_was_measured(homes, tmp_path):
    job, carrier = training_job(tmp_path, "tabular", PRICE), carrier_of(tmp_path, TABLE, homes)
    folder = tmp_path / "work"
    folder.mkdir()
    assert carrier.params(job) == {"recipe": "tabular", "datasets": 1, "folds": 3, "trees": 20}
    killed = carry_out(carrier.command(job, folder), lambda said: isinstance(said, Progress))
    assert not (folder / "result.json").exists(), killed
    said = carry_out(carrier.command(job, folder))
    kept = carrier.keep(job, folder, result_of(said))

    version = open_versions(tmp_path).find(kept["version_id"], HOME)
    assert set(version.files) == {"model.txt", "schema.json", "CARD.md"}
    figures = version.metrics
    assert (figures.rows, figures.in_interval.total) == (600, 600)
    assert figures.mean_error.high < 40
    assert figures.mean_error_of_line.value > 0
    fits = {message.metric.fit for message in said if isinstance(message, Measured)}
    assert fits == {"fold-1", "fold-2", "fold-3"}

    open_versions(tmp_path).put_into(version, tmp_path / "loaded")
    model = TabularModel.load(tmp_path / "loaded")
    assert (model.schema.version, model.schema.is_generated) == (version.version, False)
    assert open_versions(tmp_path).card(version).startswith(f"# tabular {version.version}")
    again = carry_out(carrier.command(job, folder))
    assert len(again) == 1
    assert result_of(again) == result_of(said)


@pytest.mark.parametrize(
    ("recipe", "settings", "message"),
    [
        ("tabular", {"target": "값"}, "no column '값', expected one of 크기, 동네, 가격, 단지"),
        ("tabular", {"target": "동네"}, "동네 is of text, expected a column of numbers"),
        ("fall_risk", {}, "no column 'day'"),
    ],
)
def test_a_table_that_cannot_be_learnt_from_is_refused(homes, tmp_path, recipe, settings, message):
    job, carrier = training_job(tmp_path, recipe, settings), carrier_of(tmp_path, TABLE, homes)
    (tmp_path / "work").mkdir()
    order = Path(carrier.command(job, tmp_path / "work")[-1])
    with pytest.raises(TableError, match=message):
        tabular.carry_out(
            TrainingOrder.model_validate_json(order.read_bytes()), order.parent, Talk(StringIO())
        )
